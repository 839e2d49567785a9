package io.rapidfit.examples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * 640 messages to an online shop, written for RapidFit in English, Spanish and Arabic, each labelled with its topic,
 * urgency and sentiment.
 */
final class DemoData {

    private static final List<String> FILES = List.of("topic.jsonl", "urgency.jsonl", "sentiment.jsonl");

    private DemoData() {}

    /** Copies the data out of the jar, as a user's own would lie on disk. */
    static Path copyTo(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (String file : FILES) {
            try (InputStream in = DemoData.class.getResourceAsStream("/customer-messages/" + file)) {
                Files.copy(Objects.requireNonNull(in, file), directory.resolve(file));
            }
        }
        return directory;
    }
}
