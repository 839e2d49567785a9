/**
 * Reading data out of a model's answer. Start with {@link ReplyShape}, which says what is expected, and
 * {@link ReplyReader}.
 */
@NullMarked
package io.rapidfit.llm.reply;

import org.jspecify.annotations.NullMarked;
