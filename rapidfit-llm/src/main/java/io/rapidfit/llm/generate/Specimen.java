package io.rapidfit.llm.generate;

import io.rapidfit.data.Dataset;
import io.rapidfit.internal.Sha256;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Texts as a forecast imagines them: as long as those there are, and each different. */
final class Specimen {

    private static final int LONGEST = 2000;

    private final int length;

    Specimen(Dataset base) {
        this.length = (int) Math.min(
                LONGEST,
                base.samples().stream()
                        .mapToInt(s -> s.text().length())
                        .average()
                        .orElse(60));
    }

    String text(String call, int number) {
        SplittableRandom random = new SplittableRandom(
                ByteBuffer.wrap(Sha256.hash(call + ":" + number)).getLong()); // hash codes of calls are near each other
        StringBuilder text = new StringBuilder();
        while (text.length() < Math.max(length, 12)) {
            text.append((char) random.nextInt('a', 'z' + 1));
            if (random.nextInt(5) == 0) {
                text.append(' ');
            }
        }
        return text.toString();
    }
}
