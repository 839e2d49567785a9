/**
 * The engine under every generator and grader: many calls at once under one budget, and replies read into records. Start
 * with {@link CallRun}.
 */
@NullMarked
package io.rapidfit.llm.run;

import org.jspecify.annotations.NullMarked;
