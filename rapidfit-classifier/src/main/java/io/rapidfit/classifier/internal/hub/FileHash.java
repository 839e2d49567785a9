package io.rapidfit.classifier.internal.hub;

import io.rapidfit.internal.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What the hub's ETag of a file is: by its length, a hash of the content, or nothing that can be checked. */
enum FileHash {
    /** Of a large file: SHA-256, 64 digits. */
    SHA256,
    /** Of a small file: SHA-1 of {@code "blob " + size + "\0"} and the content, 40 digits, as git names it. */
    GIT_SHA1,
    NONE;

    static FileHash of(String etag) {
        if (!etag.matches("[0-9a-f]+")) {
            return NONE;
        }
        return switch (etag.length()) {
            case 64 -> SHA256;
            case 40 -> GIT_SHA1;
            default -> NONE;
        };
    }

    boolean matches(Path file, String etag) throws IOException {
        if (this == NONE) {
            return true;
        }
        MessageDigest digest = this == SHA256 ? Sha256.newDigest() : sha1();
        if (this == GIT_SHA1) {
            digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
        }
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest()).equals(etag);
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-1", e);
        }
    }
}
