package io.rapidfit.llm.provider;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.llm.Failure;
import io.rapidfit.llm.LLMCancelledException;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.LLMTimeoutException;
import io.rapidfit.llm.LLMUnavailableException;
import io.rapidfit.llm.RateLimitStatus;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
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
import okio.BufferedSink;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

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

    private static final MediaType JSON = MediaType.get("application/json; charset=utf-8");

    private static final long MAX_ANSWER_BYTES = 128L << 20;

    /** A parsed answer and what came with it. */
    record Answer(JsonNode json, @Nullable String requestId, RateLimitStatus rateLimit, Duration latency) {}

    private final OkHttpClient client;
    private final Map<String, String> headers;
    private final Secrets secrets;
    private final Duration timeout;
    private final InstantSource clock;

    /**
     * @param headers of every request; their values are secret
     * @param timeout for a whole call
     * @param connections how many calls there are at once, usually
     */
    HttpTransport(
            Map<String, String> headers, Secrets secrets, Duration timeout, int connections, InstantSource clock) {
        this.headers = Map.copyOf(headers);
        this.secrets = secrets;
        this.timeout = timeout;
        this.clock = clock;
        Dispatcher dispatcher = new Dispatcher(daemonThreads());
        dispatcher.setMaxRequests(Integer.MAX_VALUE); // the policy bounds concurrency
        dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
        this.client = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(connections, 30, TimeUnit.SECONDS))
                .connectTimeout(timeout.compareTo(Duration.ofSeconds(10)) < 0 ? timeout : Duration.ofSeconds(10))
                .readTimeout(timeout)
                .writeTimeout(timeout)
                .callTimeout(timeout)
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .eventListener(new SentListener())
                .addNetworkInterceptor(HttpTransport::renameRetryAfter)
                .build();
    }

    private static ExecutorService daemonThreads() {
        return new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "rapidfit-llm");
            thread.setDaemon(true); // an idle connection must not keep a program alive
            return thread;
        });
    }

    private static Response renameRetryAfter(Interceptor.Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        String retryAfter = response.header("Retry-After");
        return retryAfter == null
                ? response
                : response.newBuilder()
                        .removeHeader("Retry-After")
                        .header(RETRY_AFTER, retryAfter)
                        .build();
    }

    /** Notes on a request that its first bytes went out: from then on it may be billed. */
    private static final class SentListener extends EventListener {
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
            throw new LLMCancelledException("interrupted while waiting for the model's answer");
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
                    Failure.lost(timedOut, true));
        }
        if (failure instanceof IOException io) {
            String what = sent ? "The connection broke before the answer was complete" : "The server cannot be reached";
            return new LLMUnavailableException(what + ": " + describe(io), Failure.lost(io, sent), null);
        }
        return new IllegalStateException("the HTTP client failed", failure);
    }

    private String describe(IOException failure) {
        return secrets.redact(failure.getClass().getSimpleName() + ": " + failure.getMessage());
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
            } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        }
    }

    private Answer read(Response response, long start) throws IOException {
        Instant now = clock.instant();
        ResponseHeaders about = new ResponseHeaders(response.headers(), now);
        String requestId = redactIfKnown(about.requestId());
        BufferedSource source = response.body().source();
        if (source.request(MAX_ANSWER_BYTES + 1)) {
            throw new IOException("the answer is larger than " + MAX_ANSWER_BYTES + " bytes");
        }
        String text = secrets.redact(source.readUtf8());
        Duration latency = Duration.ofNanos(System.nanoTime() - start);
        if (response.isRedirect()) {
            throw ErrorReader.redirect(
                    response.code(), secrets.redact(String.valueOf(response.header("Location"))), requestId);
        }
        if (!response.isSuccessful()) {
            throw ErrorReader.read(response.code(), text, requestId, about.retryAfter());
        }
        try {
            JsonNode json = MAPPER.readTree(text);
            if (json.hasNonNull("error")) { // some gateways answer 200 with an error
                throw ErrorReader.read(json.path("error").path("code").asInt(400), text, requestId, about.retryAfter());
            }
            return new Answer(json, requestId, about.rateLimit(), latency);
        } catch (JsonProcessingException e) {
            throw notUnderstood("its answer is not JSON", requestId);
        }
    }

    /** An answer came, and was perhaps billed, but nothing can be made of it. */
    static LLMUnavailableException notUnderstood(String what, @Nullable String requestId) {
        return new LLMUnavailableException(
                "The server does not speak as expected: " + what + ". Is the base URL right?",
                new Failure(200, "", requestId, true, null),
                null);
    }

    private @Nullable String redactIfKnown(@Nullable String value) {
        return value == null ? null : secrets.redact(value);
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
