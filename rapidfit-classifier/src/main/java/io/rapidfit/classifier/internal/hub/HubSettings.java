package io.rapidfit.classifier.internal.hub;

import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the hub and its cache are, from the environment variables that
 * <a href="https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables">huggingface_hub</a>
 * documents. A variable that is blank counts as not set.
 */
public final class HubSettings {

    private static final String DEFAULT_ENDPOINT = "https://huggingface.co";

    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

    private final URI endpoint;
    private final Path cache;
    private final @Nullable String token;
    private final boolean offline;

    private HubSettings(URI endpoint, Path cache, @Nullable String token, boolean offline) {
        this.endpoint = endpoint;
        this.cache = cache;
        this.token = token;
        this.offline = offline;
    }

    public static HubSettings fromEnvironment() {
        return of(System.getenv(), Path.of(System.getProperty("user.home", "")));
    }

    /**
     * @param environment {@code HF_ENDPOINT}, by default {@value #DEFAULT_ENDPOINT}; {@code HF_HUB_CACHE}, by default
     *     {@code hub} in {@code HF_HOME}, by default {@code huggingface} in {@code XDG_CACHE_HOME}, by default
     *     {@code ~/.cache}; {@code HF_TOKEN}, by default none; {@code HF_HUB_OFFLINE}, true if 1, on, yes or true
     * @param home what {@code ~} stands for
     * @throws IllegalArgumentException naming the variable that cannot be used; never with the token
     */
    public static HubSettings of(Map<String, String> environment, Path home) {
        Path caches = path(environment, "XDG_CACHE_HOME", home).orElse(home.resolve(".cache"));
        Path hfHome = path(environment, "HF_HOME", home).orElse(caches.resolve("huggingface"));
        return new HubSettings(
                endpoint(value(environment, "HF_ENDPOINT").orElse(DEFAULT_ENDPOINT)),
                path(environment, "HF_HUB_CACHE", home).orElse(hfHome.resolve("hub")),
                value(environment, "HF_TOKEN").map(HubSettings::checkedToken).orElse(null),
                value(environment, "HF_HUB_OFFLINE")
                        .map(v -> TRUE.contains(v.toUpperCase(Locale.ROOT)))
                        .orElse(false));
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(v -> !v.isEmpty());
    }

    private static Optional<Path> path(Map<String, String> environment, String name, Path home) {
        return value(environment, name)
                .map(v -> v.equals("~") ? home : v.startsWith("~/") ? home.resolve(v.substring(2)) : Path.of(v));
    }

    private static URI endpoint(String value) {
        String shown = value.replaceFirst("//[^/]*@", "//...@"); // what stands there may be a password
        try {
            URI uri = URI.create(value.endsWith("/") ? value.substring(0, value.length() - 1) : value);
            boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // refused below: its message holds the value as it is
        }
        throw new IllegalArgumentException("HF_ENDPOINT must be like " + DEFAULT_ENDPOINT + " but was '" + shown + "'");
    }

    /** The HTTP client would refuse it, too, but repeat it in its message. */
    private static String checkedToken(String token) {
        if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("HF_TOKEN must be a word of ASCII characters; it is not shown here");
        }
        return token;
    }

    /** Without a slash at its end. */
    URI endpoint() {
        return endpoint;
    }

    Path cache() {
        return cache;
    }

    Optional<String> token() {
        return Optional.ofNullable(token);
    }

    boolean isOffline() {
        return offline;
    }

    @Override
    public String toString() {
        return "HubSettings[endpoint=%s, cache=%s, token=%s, offline=%s]"
                .formatted(endpoint, cache, Objects.isNull(token) ? "none" : "set", offline);
    }
}
