package io.rapidfit.llm.run;

import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.internal.Sha256;
import io.rapidfit.text.TextNormalizer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** Names a run by everything that decides what it asks: its options, its prompts and its input. Not thread-safe. */
public final class RunId {

    private final MessageDigest digest = Sha256.newDigest();

    public RunId add(List<?> values) {
        add("list of " + values.size());
        values.forEach(value -> add(String.valueOf(value)));
        return this;
    }

    public RunId add(Dataset dataset) {
        add("dataset of " + dataset.size());
        for (Sample sample : dataset.samples()) {
            add(sample.task());
            add(sample.text());
            add(sample.label());
            add(sample.id());
            add(String.valueOf(sample.split()));
            add(String.valueOf(sample.origin().isSynthetic()));
        }
        return this;
    }

    private void add(String value) {
        byte[] bytes = TextNormalizer.wellFormed(value).getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8)); // no two lists give the same bytes
        digest.update(bytes);
    }

    /** 16 hexadecimal digits. */
    public String name() {
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }
}
