/**
 * Training data written, labelled and improved by a language model. Start with {@link LLMAugmenter}, which makes a training
 * set of a handful of examples, then {@link LLMRefiner}, which writes what a classifier gets wrong, and {@link
 * RefinementLoop}, which repeats that.
 *
 * <p>{@link LLMAnnotator} labels texts that have no label yet, {@link LLMSynthesizer} writes for labels that have too few.
 *
 * <p>{@link DataRefinementPipeline} rewrites examples of any kind that graders find wanting, {@link LLMRefinement} writes one anew as
 * long as a ranking prefers what is new.
 *
 * <p>{@link LLMRegenerator} rewrites the answers of chat data that follow templates, file by file.
 *
 * <p>All of them work in one way: prompts are made from training samples, calls are made in waves, each answer is journalled,
 * and what the model wrote passes a gate, graders or a ranking before it is kept.
 */
@NullMarked
package io.rapidfit.llm.generate;

import org.jspecify.annotations.NullMarked;
