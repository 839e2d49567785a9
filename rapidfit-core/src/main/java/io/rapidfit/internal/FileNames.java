package io.rapidfit.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/**
 * File names for names that people choose: percent-encoded, so that different names have different files on any disk,
 * case-insensitive ones too, and none leaves its directory. An encoded name has no dot.
 */
public final class FileNames {

    /** Windows gives these to devices, whatever the extension. */
    private static final Set<String> RESERVED = Set.of(
            "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
            "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9");

    /** Common file systems take 255 bytes; this leaves room for extensions. */
    private static final int MAX_NAME_BYTES = 240;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private FileNames() {}

    /**
     * @param what the name is of, for messages
     * @throws IllegalArgumentException if the name is blank, or too long for a file name
     */
    public static String encode(String what, String name) {
        Require.notBlank(what, name);
        StringBuilder out = new StringBuilder();
        name.codePoints().forEach(c -> {
            if (isPlain(c)) {
                out.appendCodePoint(c);
            } else {
                appendEncoded(out, Character.toString(c));
            }
        });
        if (RESERVED.contains(out.toString())) {
            String rest = out.substring(1);
            String first = out.substring(0, 1);
            out.setLength(0);
            appendEncoded(out, first);
            out.append(rest);
        }
        if (out.toString().getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException(
                    "%s is too long for a file name, %d characters: use a shorter one".formatted(what, name.length()));
        }
        return out.toString();
    }

    /** What every file system keeps as it is and none takes for something else: no upper case, no accents, no signs. */
    private static boolean isPlain(int c) {
        if (c < 0x80) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        }
        String text = Character.toString(c);
        return Character.isLetter(c)
                && Character.toLowerCase(c) == Character.toUpperCase(c)
                && text.toUpperCase(Locale.ROOT).equals(text)
                && Normalizer.isNormalized(text, Normalizer.Form.NFKD)
                && Normalizer.isNormalized(text, Normalizer.Form.NFKC);
    }

    private static void appendEncoded(StringBuilder out, String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            out.append('%').append(HEX.toHexDigits(b));
        }
    }

    /** Reverses {@link #encode}; a name that it would not have written stands for itself. */
    public static String decode(String name) {
        byte[] in = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(in.length);
        for (int i = 0; i < in.length; i++) {
            if (in[i] != '%') {
                out.put(in[i]);
            } else if (i + 2 < in.length && HexFormat.isHexDigit(in[i + 1]) && HexFormat.isHexDigit(in[i + 2])) {
                out.put((byte) (HexFormat.fromHexDigit(in[i + 1]) << 4 | HexFormat.fromHexDigit(in[i + 2])));
                i += 2;
            } else {
                return name;
            }
        }
        try {
            String decoded =
                    StandardCharsets.UTF_8.newDecoder().decode(out.flip()).toString();
            return decoded.isBlank() ? name : decoded;
        } catch (CharacterCodingException e) {
            return name;
        }
    }
}
