/** Results as pages to look at, send and keep. Start with {@link HtmlReport}. */
@NullMarked
package io.rapidfit.report;

import org.jspecify.annotations.NullMarked;
