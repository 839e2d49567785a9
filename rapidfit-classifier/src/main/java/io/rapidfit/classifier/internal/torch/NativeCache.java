package io.rapidfit.classifier.internal.torch;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * The native libraries that DJL has unpacked from their jar. One that a full disk or a kill has cut off takes the whole
 * JVM down when it is loaded, so their sizes are compared first.
 */
final class NativeCache {

    private NativeCache() {}

    /**
     * A message about the first unpacked library that is not as large as in its jar; empty if there is none, or nothing is
     * unpacked yet, or the libraries come from elsewhere.
     *
     * @param cache where DJL unpacks PyTorch
     */
    static Optional<String> findDamaged(Path cache) throws IOException {
        ClassLoader loader = NativeCache.class.getClassLoader();
        Properties about = new Properties();
        try (InputStream in = loader.getResourceAsStream("native/lib/pytorch.properties")) {
            if (in == null) {
                return Optional.empty();
            }
            about.load(in);
        }
        String flavor = about.getProperty("flavor", "");
        String platform = about.getProperty("classifier", "");
        Path directory = cache.resolve(about.getProperty("version", "") + "-" + flavor + "-" + platform);
        for (String library : about.getProperty("libraries", "").split(",", -1)) {
            Path unpacked = directory.resolve(library);
            URL packed = loader.getResource("pytorch/" + flavor + "/" + platform + "/" + library);
            if (packed != null && Files.isRegularFile(unpacked) && Files.size(unpacked) != size(packed)) {
                return Optional.of(
                        "PyTorch's library %s is damaged, %s bytes instead of %s: delete %s, and it is unpacked again."
                                .formatted(unpacked, Files.size(unpacked), size(packed), directory));
            }
        }
        return Optional.empty();
    }

    private static long size(URL resource) throws IOException {
        return resource.openConnection().getContentLengthLong(); // of a jar's entry: from the jar's directory
    }
}
