package io.rapidfit.classifier.internal.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What lies in native memory. */
public final class NativeMemory {

    private static final Path STATUS = Path.of("/proc/self/status");

    private NativeMemory() {}

    /** DJL's arrays and managers of arrays that are not closed. */
    public static int arrays() throws Exception {
        return TransformerEncoderTest.managed();
    }

    /** Bytes that this process has in memory, the heap's included; empty on systems that do not tell. */
    public static OptionalLong resident() {
        if (!Files.exists(STATUS)) {
            return OptionalLong.empty();
        }
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
