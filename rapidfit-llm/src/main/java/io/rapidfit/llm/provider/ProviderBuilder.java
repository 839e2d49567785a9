package io.rapidfit.llm.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.CallPolicy;
import io.rapidfit.llm.ChatModel;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * The options that all providers have. Not thread-safe.
 *
 * @param <B> the provider's own builder
 */
abstract class ProviderBuilder<B extends ProviderBuilder<B>> {

    /** What the HTTP client can count in milliseconds. */
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);

    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(24);

    /** A token, as RFC 9110 has it. */
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final Pattern SECRET_NAME =
            Pattern.compile("key|token|secret|auth|password|cookie|credential", Pattern.CASE_INSENSITIVE);

    private final String name;
    private final String keyVariable;
    private String baseUrl;
    private @Nullable String apiKey;
    private Duration timeout = Duration.ofMinutes(2);
    private boolean allowInsecureHttp;
    private CallPolicy policy = CallPolicy.defaults();
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    String modelId;

    @Nullable Double temperature;

    int maxTokens = 4096;
    boolean structuredOutput = true;
    final Map<String, JsonNode> bodyFields = new LinkedHashMap<>();

    /** For tests: an environment cannot be changed from within. */
    UnaryOperator<@Nullable String> environment = System::getenv;

    ProviderBuilder(String name, String keyVariable, String baseUrl, String modelId) {
        this.name = name;
        this.keyVariable = keyVariable;
        this.baseUrl = baseUrl;
        this.modelId = modelId;
    }

    abstract B self();

    /** The key. Kept where nothing prints it. */
    public B apiKey(String apiKey) {
        this.apiKey = Secrets.requireHeaderValue("apiKey", Require.nonNull("apiKey", apiKey));
        return self();
    }

    /**
     * Takes the key from the provider's usual environment variable.
     *
     * @throws IllegalStateException if it is not set
     */
    public B fromEnvironment() {
        String key = environment.apply(keyVariable);
        if (key == null || key.isBlank()) {
            throw new IllegalStateException("the environment variable %s is not set".formatted(keyVariable));
        }
        this.apiKey = Secrets.requireHeaderValue(keyVariable, key);
        return self();
    }

    /** Where the server is, up to and without the path that the provider's documentation adds. */
    public B baseUrl(String baseUrl) {
        this.baseUrl = Require.notBlank("baseUrl", baseUrl);
        return self();
    }

    /** The provider's name of the model. */
    public B modelId(String modelId) {
        this.modelId = Require.notBlank("modelId", modelId);
        return self();
    }

    /** For requests that say none, 0 to 2. By default left to the provider. */
    public B temperature(double temperature) {
        this.temperature = Require.inRange("temperature", temperature, 0, 2);
        return self();
    }

    /** Most tokens of an answer, for requests that do not say; at least 1. Defaults to 4096. */
    public B maxTokens(int maxTokens) {
        this.maxTokens = Require.inRange("maxTokens", maxTokens, 1, Integer.MAX_VALUE);
        return self();
    }

    /** For one attempt, from connecting to the end of the answer; 1 ms to 24 days. Defaults to 2 minutes. */
    public B timeout(Duration timeout) {
        Duration given = Require.positive("timeout", timeout);
        if (given.compareTo(SHORTEST_TIMEOUT) < 0 || given.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "timeout must be in [%s, %s] but was %s".formatted(SHORTEST_TIMEOUT, LONGEST_TIMEOUT, given));
        }
        this.timeout = given;
        return self();
    }

    /**
     * Sent with every request, in place of one of the same name. Where the name speaks of a key, a token or the like, the
     * value is taken out of whatever the server sends back.
     */
    public B header(String header, String value) {
        if (!HEADER_NAME.matcher(Require.notBlank("header", header)).matches()) {
            throw new IllegalArgumentException(
                    "header '%s' has a character that no header's name has".formatted(header));
        }
        headers.put(header, Secrets.requireHeaderValue("header " + header, value));
        return self();
    }

    /**
     * A field of every request's JSON, in place of one of the same name.
     *
     * @param value a string, number, boolean, list or map; copied
     */
    public B bodyField(String field, Object value) {
        String name = Require.notBlank("field", field);
        try {
            bodyFields.put(name, HttpTransport.MAPPER.valueToTree(Require.nonNull("value", value)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "body field '%s' must be a string, number, boolean, list or map".formatted(name), e);
        }
        return self();
    }

    /**
     * Whether requests with a schema use the provider's structured output. A server that refuses it is asked in words from
     * then on. Defaults to true.
     */
    public B structuredOutput(boolean structuredOutput) {
        this.structuredOutput = structuredOutput;
        return self();
    }

    /** Whether the key may travel unencrypted to a host other than this machine. Defaults to false. */
    public B allowInsecureHttp(boolean allowInsecureHttp) {
        this.allowInsecureHttp = allowInsecureHttp;
        return self();
    }

    /** Retries and limits, shared by all who use the model. Defaults to {@link CallPolicy#defaults()}. */
    public B policy(CallPolicy policy) {
        this.policy = Require.nonNull("policy", policy);
        return self();
    }

    /** The model under its policy. */
    ChatModel model(Protocol protocol, boolean keyRequired) {
        HttpUrl base = parseBaseUrl();
        if (apiKey == null && keyRequired) {
            throw new IllegalStateException(
                    "apiKey is required: %s.builder().apiKey(key), or fromEnvironment() to take it from %s"
                            .formatted(name, keyVariable));
        }
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER); // as servers read them
        all.putAll(protocol.headers(apiKey == null ? "" : apiKey));
        headers.forEach((header, value) -> {
            all.remove(header);
            all.put(header, value);
        });
        List<String> secret = new ArrayList<>();
        headers.forEach((header, value) -> {
            if (SECRET_NAME.matcher(header).find()) { // not all: an application's name may be a word of an answer
                secret.add(value);
            }
        });
        if (apiKey != null) {
            secret.add(apiKey);
        }
        HttpTransport transport =
                new HttpTransport(all, new Secrets(secret), timeout, policy.maxConcurrency(), policy.clock());
        return policy.wrap(new ProviderModel(protocol, transport, base, this));
    }

    /** Whether requests go where the provider itself is. */
    boolean isProvidersOwnHost(String host) {
        return parseBaseUrl().host().equals(host);
    }

    HttpUrl parseBaseUrl() {
        HttpUrl url = HttpUrl.parse(baseUrl);
        if (url == null || !url.username().isEmpty() || !url.password().isEmpty() || url.querySize() > 0) {
            throw new IllegalArgumentException(
                    "baseUrl must be an http or https address without user, password or query");
        }
        if (!url.isHttps() && !allowInsecureHttp && !isLoopback(url.host())) {
            throw new IllegalArgumentException(
                    "baseUrl http://%s is not https: the key would travel unencrypted. Use https, or allowInsecureHttp(true)"
                            .formatted(url.host())); // a path may hold a token
        }
        return url;
    }

    /** By name or literal address alone: a name that is looked up today may be another host tomorrow. */
    private static boolean isLoopback(String host) {
        if (host.equals("localhost") || host.endsWith(".localhost")) {
            return true;
        }
        try {
            return isAddress(host) && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /**
     * Whether {@link InetAddress} reads it without asking a name server: one to four numbers, the last of which fills what
     * the others leave, or what {@link HttpUrl} has recognised as IPv6.
     */
    static boolean isAddress(String host) {
        if (host.contains(":")) {
            return true;
        }
        String[] parts = host.split("\\.", -1);
        if (parts.length > 4) {
            return false;
        }
        for (int i = 0; i < parts.length; i++) {
            long most = i < parts.length - 1 ? 255 : (1L << (8 * (5 - parts.length))) - 1;
            if (!parts[i].matches("\\d{1,10}") || Long.parseLong(parts[i]) > most) {
                return false;
            }
        }
        return true;
    }
}
