package io.rapidfit.classifier.internal.hub;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the hub for files of a model: {@code HEAD} or {@code GET} of {@code endpoint/name/resolve/revision/file}. A large file
 * lives on another host, to which the hub redirects and which never sees the token.
 */
final class HubClient {

    private static final Logger log = LoggerFactory.getLogger(HubClient.class);

    static final int ATTEMPTS = 5;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

    /** A server that wants more patience than this is given up. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(60);

    private static final int MAX_REDIRECTS = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> WORTH_ANOTHER_TRY = Set.of(408, 429, 500, 502, 503, 504);

    /** An ETag becomes the name of a file. */
    private static final Pattern ETAG = Pattern.compile("[A-Za-z0-9_-]{1,200}");

    /** Waits between attempts. */
    @FunctionalInterface
    interface Sleeper {
        void sleep(Duration duration) throws InterruptedException;
    }

    /**
     * What the hub says of a file.
     *
     * @param commit to which the revision led
     * @param etag the SHA-256 of a large file, git's SHA-1 of a small one
     * @param isEtagWeak whether the same ETag may stand for other bytes
     */
    record RemoteFile(String commit, String etag, boolean isEtagWeak, long size) {}

    /** What may pass; {@code retryAfter} is the server's wish. */
    static final class TemporaryFailure extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient @Nullable Duration retryAfter;

        TemporaryFailure(String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
            super(message, cause);
            this.retryAfter = retryAfter;
        }
    }

    /** Something that may fail for a while. */
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws TemporaryFailure, HubException, IOException, InterruptedException;
    }

    /** An answer whose body was not read yet. */
    record Answer(int status, HttpHeaders headers, ResponseBody body) implements AutoCloseable {
        @Override
        public void close() {
            body.close();
        }
    }

    private final HubSettings settings;
    private final Sleeper sleeper;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(Redirect.NEVER) // the token must not go along
            .build();

    /**
     * @param timeout for the headers of an answer, and then for each part of its body
     * @param nanoTime a clock
     */
    HubClient(HubSettings settings, Sleeper sleeper, Duration timeout, LongSupplier nanoTime) {
        this.settings = settings;
        this.sleeper = sleeper;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    Duration timeout() {
        return timeout;
    }

    /**
     * Empty if the model has no such file at the revision.
     *
     * @param attempts how often to try at most
     */
    Optional<RemoteFile> find(HubModel model, String file, int attempts)
            throws HubException, IOException, InterruptedException {
        return retrying(model + ": " + file, attempts, () -> {
            try (Answer answer = send("HEAD", model, file, Map.of())) {
                return answer.status() == 404
                        ? Optional.empty()
                        : Optional.of(remoteFile(model, file, answer.headers()));
            }
        });
    }

    private static RemoteFile remoteFile(HubModel model, String file, HttpHeaders headers) throws HubException {
        String commit = headers.firstValue("X-Repo-Commit").orElse("");
        String rawEtag = headers.firstValue("X-Linked-Etag")
                .or(() -> headers.firstValue("ETag"))
                .orElse("");
        boolean weak = rawEtag.startsWith("W/");
        String etag = (weak ? rawEtag.substring(2) : rawEtag).replaceAll("^\"|\"$", "");
        String size = headers.firstValue("X-Linked-Size")
                .or(() -> headers.firstValue("Content-Length"))
                .orElse("");
        if (!HubModel.isCommit(commit) || !ETAG.matcher(etag).matches() || !size.matches("[0-9]{1,15}")) {
            throw new HubException(
                    "%s: the server does not answer as a hub does: X-Repo-Commit, ETag or the size of %s is missing or unusable. Is HF_ENDPOINT right?"
                            .formatted(model, file));
        }
        return new RemoteFile(commit, etag, weak, Long.parseLong(size));
    }

    /** @param headers to be sent, such as {@code Range} */
    Answer get(HubModel model, String file, Map<String, String> headers)
            throws TemporaryFailure, HubException, InterruptedException {
        return send("GET", model, file, headers);
    }

    /** Runs it again after a while if it fails with what may pass. */
    <T> T retrying(String what, int attempts, Attempt<T> attempt)
            throws HubException, IOException, InterruptedException {
        Duration wait = FIRST_WAIT;
        for (int made = 1; ; made++) {
            try {
                return attempt.run();
            } catch (TemporaryFailure e) {
                Duration next = e.retryAfter == null ? wait : e.retryAfter;
                if (made >= attempts || next.compareTo(MAX_WAIT) > 0) {
                    String wish = e.retryAfter == null ? "" : " The server asks to wait " + next.toSeconds() + " s.";
                    throw HubException.temporary(
                            "%s: gave up after %s of %s attempts: %s.%s"
                                    .formatted(what, made, attempts, e.getMessage(), wish),
                            e.getCause());
                }
                log.debug("{}: attempt {} failed, {}; the next follows in {}", what, made, e.getMessage(), next);
                sleeper.sleep(next);
                wait = wait.multipliedBy(2);
            }
        }
    }

    /** The answer that is not a redirect, or one to another host if only the headers are wanted: they are on the hub's. */
    private Answer send(String method, HubModel model, String file, Map<String, String> headers)
            throws TemporaryFailure, HubException, InterruptedException {
        URI uri = address(model, file);
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            Answer answer = exchange(method, uri, headers);
            if (!REDIRECTS.contains(answer.status())) {
                return checked(model, file, answer);
            }
            URI next = target(model, uri, answer.headers());
            if (method.equals("HEAD") && !isHub(next)) {
                return answer;
            }
            answer.close();
            uri = next;
        }
        throw new HubException(model + ": more than " + MAX_REDIRECTS + " redirects for " + file);
    }

    private URI address(HubModel model, String file) {
        return URI.create(settings.endpoint() + "/" + model.name() + "/resolve/"
                + URLEncoder.encode(model.revision(), StandardCharsets.UTF_8) + "/" + file);
    }

    private Answer exchange(String method, URI uri, Map<String, String> headers)
            throws TemporaryFailure, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(method, BodyPublishers.noBody())
                .header("User-Agent", "rapidfit-java")
                .header("Accept-Encoding", "identity"); // so that sizes are those of the files
        headers.forEach(request::header);
        if (isHub(uri)) {
            settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        }
        // Not the request's own timeout: from Java 26 on it would be one for the whole file.
        CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> sent =
                http.sendAsync(request.build(), BodyHandlers.ofPublisher());
        try {
            HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = sent.get(timeout.toMillis(), MILLISECONDS);
            return new Answer(response.statusCode(), response.headers(), new ResponseBody(response));
        } catch (ExecutionException e) {
            throw new TemporaryFailure(
                    "no answer from " + uri.getHost() + " (" + reason(e.getCause()) + ")", null, e.getCause());
        } catch (TimeoutException e) {
            throw new TemporaryFailure(
                    "no answer from " + uri.getHost() + " within " + timeout.toSeconds() + " s", null, e);
        } finally {
            sent.cancel(true); // of no effect if the answer is there
        }
    }

    /** Some of the client's exceptions have no message. */
    static String reason(@Nullable Throwable e) {
        return e == null ? "no reason" : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** Whether the token may go there. */
    boolean isHub(URI uri) {
        URI hub = settings.endpoint();
        return hub.getScheme().equals(uri.getScheme())
                && hub.getHost().equalsIgnoreCase(uri.getHost())
                && port(hub) == port(uri);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
    }

    private static URI target(HubModel model, URI from, HttpHeaders headers) throws HubException {
        String location = headers.firstValue("Location").orElse("");
        try {
            URI to = from.resolve(location);
            boolean web = "https".equals(to.getScheme()) || "http".equals(to.getScheme());
            boolean lessSafe = "https".equals(from.getScheme()) && !"https".equals(to.getScheme());
            if (web && !lessSafe && to.getHost() != null && !location.isEmpty()) {
                return to;
            }
        } catch (IllegalArgumentException e) {
            // refused below: a redirect's address may hold a signature and is not shown
        }
        throw new HubException(model + ": " + from.getHost() + " redirects to where no download is to come from");
    }

    /** An answer with a file, or with 404 for a file that the hub itself says is not there. */
    private Answer checked(HubModel model, String file, Answer answer) throws TemporaryFailure, HubException {
        int status = answer.status();
        if (status == 200 || status == 206 || status == 416) {
            return answer;
        }
        String code = answer.headers().firstValue("X-Error-Code").orElse("");
        if (status == 404 && code.equals("EntryNotFound")) {
            return answer;
        }
        answer.close();
        if (status == 404 && code.isEmpty()) { // as any server answers that has never heard of models
            throw HubException.notOfAHub(
                    "%s: status 404 for %s, without the X-Error-Code by which a hub says what is not there. Is HF_ENDPOINT right, and does no proxy answer in its place?"
                            .formatted(model, address(model, file)));
        }
        if (WORTH_ANOTHER_TRY.contains(status)) {
            throw new TemporaryFailure("status " + status, retryAfter(answer.headers()), null);
        }
        String page = settings.endpoint() + "/" + model.name();
        boolean hasToken = settings.token().isPresent();
        throw new HubException(
                switch (status) {
                    case 401 ->
                        "%s: not found, private or gated (status 401). Check the name%s"
                                .formatted(
                                        model,
                                        hasToken
                                                ? ", and that HF_TOKEN is valid and may read it."
                                                : "; for a model that is not public set HF_TOKEN, and accept its licence at "
                                                        + page + ".");
                    case 403 ->
                        "%s: access refused (status 403). Accept its licence at %s with the account of HF_TOKEN%s."
                                .formatted(model, page, hasToken ? "" : ", which is not set");
                    case 404 ->
                        code.equals("RevisionNotFound")
                                ? "%s: no such revision (status 404).".formatted(model)
                                : "%s: no such model, revision or file %s at %s (status 404). Check the name."
                                        .formatted(model, file, page);
                    default -> "%s: unexpected status %s for %s.".formatted(model, status, file);
                });
    }

    /** In seconds, or as a date, which is compared with the server's own clock. */
    private static @Nullable Duration retryAfter(HttpHeaders headers) {
        String value = headers.firstValue("Retry-After").orElse("");
        if (value.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        try {
            Duration until = Duration.between(date(headers.firstValue("Date").orElse("")), date(value));
            return until.isNegative() ? Duration.ZERO : until;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static ZonedDateTime date(String value) {
        return ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
    }
}
