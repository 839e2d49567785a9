package io.rapidfit.internal;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Writes that an interrupt must not tear: a channel of {@code java.nio} closes itself when its thread is interrupted, also if
 * that was before. Whoever ends a run by an interrupt wants what was made until then on disk.
 */
final class Uninterrupted {

    /** Must be repeatable: an interrupt in the middle of it starts it again. */
    @FunctionalInterface
    interface Write {
        void run() throws IOException;
    }

    private Uninterrupted() {}

    /** The interrupt status of the thread stays as it is, or is set once the write has ended. */
    static void run(Write write) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    write.run();
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
