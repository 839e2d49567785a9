/**
 * Files for fine-tuning. Start with {@link FineTuneExporter}, which writes examples as the lines that services and trainers take,
 * and {@link FineTuneValidator}, which says whether such files are fit to be learnt from.
 */
@NullMarked
package io.rapidfit.finetune;

import org.jspecify.annotations.NullMarked;
