package io.rapidfit.llm.provider;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.rapidfit.llm.Failure;
import io.rapidfit.llm.LLMCancelledException;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.LLMTimeoutException;
import io.rapidfit.llm.LLMUnavailableException;
import io.rapidfit.llm.RateLimitStatus;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Connection;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSink;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts JSON and reads the JSON that comes back. Sends every request exactly once: OkHttp's own retries are off, since
 * what may have been billed is for the policy to decide. Redirects are not followed, so that no key reaches another host.
 *
 * <p>Thread-safe.
 */
final class HttpTransport {

    /** Retry-After under a name that OkHttp does not act upon: it would send the request again by itself for 0. */
    static final String RETRY_AFTER = "x-rapidfit-retry-after";

    static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE) // an answer is one string; the bytes are bounded below
                    .build())
            .build());

    /** Reads nothing of what only begins like JSON, such as {@code 502 Bad Gateway}. */
    private static final ObjectReader WHOLE = MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final MediaType JSON = MediaType.get("application/json; charset=utf-8");

    private static final long MAX_ANSWER_BYTES = 128L << 20;

    /**
     * Less than the 5 s after which common servers (uvicorn, so vLLM, and Node) close idle connections: a request sent on
     * a closed one is lost, and nobody can tell that it was not billed.
     */
    private static final int IDLE_SECONDS = 4;

    /** An error's first words are enough. */
    private static final long MAX_ERROR_BYTES = 1L << 20;

    private static final Logger log = LoggerFactory.getLogger(HttpTransport.class);

    /** A parsed answer and what came with it. */
    record Answer(JsonNode json, @Nullable String requestId, RateLimitStatus rateLimit, Duration latency) {}

    private final OkHttpClient client;
    private final Map<String, String> headers;
    private final Secrets secrets;
    private final Duration timeout;
    private final InstantSource clock;
    private final long maxAnswerBytes;

    HttpTransport(
            Map<String, String> headers, Secrets secrets, Duration timeout, int connections, InstantSource clock) {
        this(headers, secrets, timeout, connections, clock, MAX_ANSWER_BYTES);
    }

    /**
     * @param headers of every request; their values are secret
     * @param timeout for a whole call
     * @param connections how many calls there are at once, usually
     * @param maxAnswerBytes what an answer is not read beyond
     */
    HttpTransport(
            Map<String, String> headers,
            Secrets secrets,
            Duration timeout,
            int connections,
            InstantSource clock,
            long maxAnswerBytes) {
        this.headers = Map.copyOf(headers);
        this.secrets = secrets;
        this.timeout = timeout;
        this.clock = clock;
        this.maxAnswerBytes = maxAnswerBytes;
        Dispatcher dispatcher = new Dispatcher(daemonThreads());
        dispatcher.setMaxRequests(Integer.MAX_VALUE); // the policy bounds concurrency
        dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
        this.client = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(connections, IDLE_SECONDS, TimeUnit.SECONDS))
                .connectTimeout(timeout.compareTo(Duration.ofSeconds(10)) < 0 ? timeout : Duration.ofSeconds(10))
                .readTimeout(timeout)
                .writeTimeout(timeout)
                .callTimeout(timeout)
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .eventListener(new CallListener())
                .addNetworkInterceptor(HttpTransport::renameRetryAfter)
                .build();
    }

    private static ExecutorService daemonThreads() {
        return new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "rapidfit-llm");
            thread.setDaemon(true); // an idle connection must not keep a program alive
            thread.setUncaughtExceptionHandler( // which the caller gets as well: nothing to print
                    (t, e) -> log.debug(
                            "The HTTP client failed with {}", e.getClass().getName()));
            return thread;
        });
    }

    private static Response renameRetryAfter(Interceptor.Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        String retryAfter = response.header("Retry-After");
        if (retryAfter == null) {
            return response;
        }
        Response.Builder renamed = response.newBuilder().removeHeader("Retry-After");
        if (retryAfter.chars().allMatch(c -> c >= 0x20 && c < 0x7F)) { // OkHttp reads others, but does not write them
            renamed.header(RETRY_AFTER, retryAfter);
        }
        return renamed.build();
    }

    /** For tests. */
    ConnectionPool connections() {
        return client.connectionPool();
    }

    static final class CallListener extends EventListener {

        /** A request that does not fit into one buffer must not wait 40 ms for the server to acknowledge the first. */
        @Override
        public void connectionAcquired(Call call, Connection connection) {
            try {
                connection.socket().setTcpNoDelay(true);
            } catch (SocketException e) {
                log.debug("A connection cannot be told not to wait", e);
            }
        }

        /** Notes on a request that its first bytes went out: from then on it may be billed. */
        @Override
        public void requestHeadersStart(Call call) {
            AtomicBoolean sent = call.request().tag(AtomicBoolean.class);
            if (sent != null) {
                sent.set(true);
            }
        }
    }

    /**
     * Sends the body once and waits for the answer.
     *
     * @throws LLMException if there is none, or it is an error
     */
    Answer post(HttpUrl url, ObjectNode body) {
        AtomicBoolean sent = new AtomicBoolean();
        Request.Builder request =
                new Request.Builder().url(url).post(new OnceBody(toBytes(body))).tag(AtomicBoolean.class, sent);
        headers.forEach(request::header);
        Call call = client.newCall(request.build());
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        call.enqueue(new Completing(answer, System.nanoTime()));
        try {
            return answer.get();
        } catch (InterruptedException e) {
            call.cancel();
            Thread.currentThread().interrupt();
            if (answer.isDone() && !answer.isCompletedExceptionally()) {
                return answer.join(); // paid for, and here
            }
            throw new LLMCancelledException(
                    "interrupted while waiting for the model's answer", Failure.lost(e, sent.get()));
        } catch (ExecutionException e) {
            throw translate(e.getCause(), sent.get());
        }
    }

    private RuntimeException translate(@Nullable Throwable failure, boolean sent) {
        if (failure instanceof LLMException known) {
            return known;
        }
        if (failure instanceof InterruptedIOException timedOut && sent) {
            return new LLMTimeoutException(
                    "No answer within %s. Raise the timeout, or ask for less at once.".formatted(timeout),
                    Failure.lost(withoutSecrets(timedOut), true));
        }
        if (failure instanceof IOException io) {
            String what = sent ? "The connection broke before the answer was complete" : "The server cannot be reached";
            return new LLMUnavailableException(
                    what + ": " + describe(io), Failure.lost(withoutSecrets(io), sent), null);
        }
        return new IllegalStateException("the HTTP client failed", failure);
    }

    private String describe(IOException failure) {
        return secrets.redact(failure.getClass().getSimpleName() + ": " + failure.getMessage());
    }

    /** The client repeats what it did not understand: a status line, the size of a chunk. */
    private IOException withoutSecrets(IOException failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        if (secrets.redact(trace.toString()).contentEquals(trace.getBuffer())) {
            return failure;
        }
        IOException clean = new IOException(describe(failure));
        clean.setStackTrace(failure.getStackTrace());
        return clean;
    }

    /** Reads and closes the response on the client's thread, so that cancelling the call ends the reading too. */
    private final class Completing implements Callback {

        private final CompletableFuture<Answer> answer;
        private final long start;

        Completing(CompletableFuture<Answer> answer, long start) {
            this.answer = answer;
            this.start = start;
        }

        @Override
        public void onFailure(Call call, IOException e) {
            answer.completeExceptionally(e);
        }

        @Override
        public void onResponse(Call call, Response response) {
            try (response) {
                answer.complete(read(response, start));
            } catch (Throwable e) { // whatever it is, somebody waits
                answer.completeExceptionally(e);
            }
        }
    }

    private Answer read(Response response, long start) throws IOException {
        ResponseHeaders about = new ResponseHeaders(response.headers(), clock.instant());
        String requestId = about.requestId(secrets);
        BufferedSource source = response.body().source();
        if (response.isRedirect()) {
            throw ErrorReader.redirect(
                    response.code(), secrets.redact(String.valueOf(response.header("Location"))), requestId);
        }
        if (!response.isSuccessful()) {
            throw ErrorReader.read(response.code(), readError(source), requestId, about.retryAfter(), secrets);
        }
        if (source.request(maxAnswerBytes + 1)) {
            throw notUnderstood("its answer is larger than " + maxAnswerBytes + " bytes", requestId);
        }
        String text = source.readUtf8();
        Duration latency = Duration.ofNanos(System.nanoTime() - start);
        JsonNode json = parse(text, requestId);
        if (isError(json.path("error"))) { // some gateways answer 200 with an error
            throw ErrorReader.read(statusOf(json.path("error")), json, requestId, about.retryAfter(), secrets);
        }
        return new Answer(json, requestId, about.rateLimit(), latency);
    }

    private JsonNode parse(String text, @Nullable String requestId) {
        try {
            return secrets.redact(MAPPER.readTree(text));
        } catch (JsonProcessingException e) {
            throw notUnderstood("its answer is not JSON", requestId);
        }
    }

    /** As much as there is of it: where the rest is lost, the status still counts. */
    private JsonNode readError(BufferedSource source) {
        try {
            source.request(MAX_ERROR_BYTES);
        } catch (IOException e) {
            log.debug("The end of an error's body is lost");
        }
        Buffer buffer = source.getBuffer();
        String text =
                buffer.snapshot((int) Math.min(buffer.size(), MAX_ERROR_BYTES)).utf8();
        try {
            return secrets.redact(WHOLE.readTree(text));
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(secrets.redactTorn(text));
        }
    }

    /** Others write a field to say that there is none. */
    private static boolean isError(JsonNode error) {
        return error.isTextual()
                ? !error.textValue().isBlank()
                : error.isObject() ? !error.isEmpty() : error.asBoolean();
    }

    private static int statusOf(JsonNode error) {
        int code = error.path("code").asInt(0);
        return code >= 400 && code <= 599 ? code : 400;
    }

    /** An answer came, and was perhaps billed, but nothing can be made of it. */
    static LLMUnavailableException notUnderstood(String what, @Nullable String requestId) {
        return new LLMUnavailableException(
                "The server does not speak as expected: " + what + ". Is the base URL right?",
                new Failure(200, "", requestId, true, null),
                null);
    }

    private static byte[] toBytes(ObjectNode body) {
        try {
            return MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a request cannot be written as JSON", e);
        }
    }

    /** A body that OkHttp may not send a second time. */
    private static final class OnceBody extends RequestBody {

        private final byte[] bytes;

        OnceBody(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public MediaType contentType() {
            return JSON;
        }

        @Override
        public long contentLength() {
            return bytes.length;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(bytes);
        }

        @Override
        public boolean isOneShot() {
            return true;
        }
    }
}
