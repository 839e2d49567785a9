/** Calls to large language models. Nothing is here yet: this module's first release brings it. */
@NullMarked
package io.rapidfit.llm;

import org.jspecify.annotations.NullMarked;
