package io.rapidfit.classifier.internal.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What this library was built as and with. */
public final class BuildInfo {

    private static final Properties PROPERTIES = read();

    private BuildInfo() {}

    public static String version() {
        return PROPERTIES.getProperty("version", "unknown");
    }

    /** The version of PyTorch whose native library belongs to DJL's. */
    public static String pytorchVersion() {
        return PROPERTIES.getProperty("pytorch", "unknown");
    }

    private static Properties read() {
        Properties properties = new Properties();
        try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
