package io.rapidfit.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 without the exception that no Java platform throws. */
public final class Sha256 {

    private Sha256() {}

    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Of the text in UTF-8. */
    public static byte[] hash(String text) {
        return newDigest().digest(text.getBytes(StandardCharsets.UTF_8));
    }
}
