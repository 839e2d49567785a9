/**
 * The engine under every generator and grader. Start with {@link CallRun}, many calls at once under one budget with replies read
 * into records; {@link WaveRun} asks in waves, stops where it must and forecasts, and {@link PromptTemplate} puts data into
 * prompts.
 */
@NullMarked
package io.rapidfit.llm.run;

import org.jspecify.annotations.NullMarked;
