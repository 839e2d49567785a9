package io.rapidfit.finetune;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * What a {@link FeedbackExporter} wrote, and what it left out.
 *
 * @param trainFile is not there if {@code train} is 0
 * @param holdoutFile is not there if {@code holdout} is 0
 * @param train records to learn from
 * @param holdout records to measure on
 * @param incomplete reviews that have items of which nothing was said
 * @param unwanted reviews that want no item
 * @param repeated reviews that say what another says of the same input
 * @param contradictory inputs that reviewers want different answers to; all of these are written
 */
public record FeedbackExport(
        Path trainFile,
        Path holdoutFile,
        int train,
        int holdout,
        int incomplete,
        int unwanted,
        int repeated,
        int contradictory) {

    /** Prints the counts. */
    public void display(Appendable out) {
        try {
            out.append("%d records in %s, %d held out in %s\n"
                    .formatted(train, trainFile.getFileName(), holdout, holdoutFile.getFileName()));
            out.append("left out: %d reviews not complete, %d that want no item, %d that repeat another\n"
                    .formatted(incomplete, unwanted, repeated));
            if (contradictory > 0) {
                out.append("warning: reviewers want different answers to %d inputs; ReviewerAgreement says where\n"
                        .formatted(contradictory));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
