package io.rapidfit.classifier.internal.hub;

import io.rapidfit.internal.Require;
import java.util.regex.Pattern;

/**
 * A model's repository at a revision.
 *
 * @param name {@code organisation/name}, or {@code name} alone for the oldest models
 * @param revision a branch, a tag, a pull request ({@code refs/pr/1}) or a commit of 40 hexadecimal digits
 */
public record HubModel(String name, String revision) {

    public static final String DEFAULT_REVISION = "main";

    /** Letters, digits and {@code ._-}; neither {@code -} nor {@code .} at an end. */
    private static final String WORD = "[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?";

    private static final Pattern NAME = Pattern.compile(WORD + "(?:/" + WORD + ")?");

    /** As git has it, and nothing that a URL or a file system reads differently. */
    private static final Pattern REVISION =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+@-]*(?:/[A-Za-z0-9_][A-Za-z0-9._+@-]*)*");

    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final int MAX_NAME = 96;
    private static final int MAX_REVISION = 255;

    public HubModel {
        Require.notBlank("name", name);
        // "--" stands for the slash in the cache
        if (!NAME.matcher(name).matches() || name.length() > MAX_NAME || name.contains("--") || name.contains("..")) {
            throw new IllegalArgumentException(
                    "name must be like organisation/name, as the hub shows it, but was '" + name + "'");
        }
        Require.notBlank("revision", revision);
        if (!REVISION.matcher(revision).matches() || revision.length() > MAX_REVISION || revision.contains("..")) {
            throw new IllegalArgumentException(
                    "revision must be a branch, a tag or a commit, but was '" + revision + "'");
        }
    }

    public static HubModel of(String name) {
        return new HubModel(name, DEFAULT_REVISION);
    }

    /** Whether the revision can never mean anything else. */
    boolean isCommit() {
        return isCommit(revision);
    }

    static boolean isCommit(String text) {
        return COMMIT.matcher(text).matches();
    }

    @Override
    public String toString() {
        return name + "@" + revision;
    }
}
