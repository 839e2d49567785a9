package io.rapidfit.examples;

import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /**
     * The data as somebody has it who starts: a few training samples of each label, the first ones. Validation and test samples
     * are those of the whole data.
     */
    static Dataset start(int trainingSamplesPerLabel) {
        try {
            Path copy = copyTo(Files.createTempDirectory("rapidfit-demo"));
            Dataset all = DataSaver.builder()
                    .path(copy)
                    .build()
                    .loadAll()
                    .split(Splitter.builder().build());
            Map<List<String>, Integer> taken = new HashMap<>();
            return all.filter(s -> s.split() != Split.TRAIN
                    || taken.merge(List.of(s.task(), s.label()), 1, Integer::sum) <= trainingSamplesPerLabel);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy the demo data", e);
        }
    }
}
