/** Text as such: when two texts are the same, how wide they print, and tables that stay aligned. */
@NullMarked
package io.rapidfit.text;

import org.jspecify.annotations.NullMarked;
