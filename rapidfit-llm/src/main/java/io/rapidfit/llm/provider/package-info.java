/**
 * The models of the large providers, and of every server that speaks like them. Start with {@link OpenAIChatModel}.
 */
@NullMarked
package io.rapidfit.llm.provider;

import org.jspecify.annotations.NullMarked;
