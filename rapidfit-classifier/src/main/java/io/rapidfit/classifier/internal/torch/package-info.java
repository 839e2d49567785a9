/** Training with DJL and PyTorch, and the only place that touches them. Start with {@link Trainer}. */
@NullMarked
package io.rapidfit.classifier.internal.torch;

import org.jspecify.annotations.NullMarked;
