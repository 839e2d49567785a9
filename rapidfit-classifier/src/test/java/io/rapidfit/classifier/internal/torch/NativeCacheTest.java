package io.rapidfit.classifier.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeCacheTest {

    @TempDir
    Path cache;

    @Test
    void findDamaged_findsNothingBeforeAnythingIsUnpacked() throws IOException {
        assertThat(NativeCache.findDamaged(cache)).isEmpty();
    }

    @Test
    void findDamaged_findsALibraryThatIsCutOffAndSaysWhatToDelete() throws IOException {
        Properties about = new Properties();
        try (InputStream in = NativeCache.class.getResourceAsStream("/native/lib/pytorch.properties")) {
            about.load(in);
        }
        String platform = about.getProperty("flavor") + "-" + about.getProperty("classifier");
        Path directory = Files.createDirectories(cache.resolve(about.getProperty("version") + "-" + platform));
        String library = about.getProperty("libraries").split(",", -1)[0];
        String resource = "/pytorch/" + platform.replaceFirst("-", "/") + "/" + library;
        byte[] whole;
        try (InputStream in = NativeCache.class.getResourceAsStream(resource)) {
            whole = in.readAllBytes();
        }

        Files.write(directory.resolve(library), whole);
        assertThat(NativeCache.findDamaged(cache)).isEmpty();

        Files.write(directory.resolve(library), new byte[1000]);
        assertThat(NativeCache.findDamaged(cache))
                .hasValueSatisfying(message ->
                        assertThat(message).contains("1000 bytes instead of " + whole.length, "delete " + directory));
    }
}
