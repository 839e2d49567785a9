/** Shared by RapidFit's modules and by nobody else: not part of the API, may change in any release. */
@NullMarked
package io.rapidfit.internal;

import org.jspecify.annotations.NullMarked;
