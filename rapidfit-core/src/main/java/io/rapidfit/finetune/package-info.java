/**
 * Files for fine-tuning. Start with {@link FineTuneExporter}, which writes examples as the lines that services and trainers take,
 * {@link FeedbackExporter}, which does so with what people said of a model's answers, and {@link FineTuneValidator}, which says whether such files are fit to be learnt from.
 */
@NullMarked
package io.rapidfit.finetune;

import org.jspecify.annotations.NullMarked;
