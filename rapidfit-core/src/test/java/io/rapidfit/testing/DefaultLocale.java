package io.rapidfit.testing;

import java.util.Locale;

/** Runs code under another default locale, and restores the one before. */
public final class DefaultLocale {

    @FunctionalInterface
    public interface Code {
        void run() throws Exception;
    }

    private DefaultLocale() {}

    public static void with(String languageTag, Code code) throws Exception {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(languageTag));
        try {
            code.run();
        } finally {
            Locale.setDefault(before);
        }
    }
}
