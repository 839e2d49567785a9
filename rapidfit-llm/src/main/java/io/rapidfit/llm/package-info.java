/**
 * Calls to large language models. Start with {@link ChatModel} and the models in {@code io.rapidfit.llm.provider};
 * {@link CallPolicy} retries and limits the rate, {@link Budget} caps what a run may spend, {@link Cassette} and
 * {@link ScriptedChatModel} stand in for a model in unit tests.
 */
@NullMarked
package io.rapidfit.llm;

import org.jspecify.annotations.NullMarked;
