/**
 * What people say of what a model wrote. Start with {@link ReviewSession}, which leads a reviewer through a {@link ReviewJob} and
 * keeps every {@link Decision} at once in a {@link FeedbackStore}; {@link ReviewerAgreement} tells whether reviewers agree,
 * {@link ReviewTrend} whether what they see gets better or worse.
 */
@NullMarked
package io.rapidfit.review;

import org.jspecify.annotations.NullMarked;
