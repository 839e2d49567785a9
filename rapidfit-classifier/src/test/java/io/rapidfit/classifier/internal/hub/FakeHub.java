package io.rapidfit.classifier.internal.hub;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * A hub with one model, {@code org/model}, once called {@code old}, as the real one answers: small files itself, large
 * ones by redirecting to a second host. It takes down what was asked.
 */
public final class FakeHub implements AutoCloseable {

    public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    /** A request as it came. */
    record Request(String method, String path, Headers headers) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /** Answers in place of the hub. */
    @FunctionalInterface
    interface Answer {
        void give(HttpExchange exchange) throws IOException;
    }

    /** What the model has, by path. */
    public final Map<String, byte[]> files = Collections.synchronizedMap(new LinkedHashMap<>());

    /** The paths of files that lie on the other host. */
    final List<String> large = new CopyOnWriteArrayList<>();

    /** In place of a file's own ETag, by path. */
    final Map<String, String> etags = Collections.synchronizedMap(new LinkedHashMap<>());

    final List<Request> requests = new CopyOnWriteArrayList<>();

    /** What came to the second host. */
    final List<Request> hostRequests = new CopyOnWriteArrayList<>();

    /** Given in turn to the next requests for a file's content, wherever it lies. */
    final Deque<Answer> nextContents = new ArrayDeque<>();

    /** Given in turn to the next requests to the hub. */
    final Deque<Answer> nextAnswers = new ArrayDeque<>();

    private final HttpServer hub = start(this::answer);
    private final HttpServer host = start(this::serveLarge);

    private static HttpServer start(Answer answer) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, "fake-hub");
                thread.setDaemon(true);
                return thread;
            }));
            server.createContext("/", exchange -> {
                try (exchange) {
                    answer.give(exchange);
                }
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String endpoint() {
        return "http://127.0.0.1:" + hub.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        requests.add(new Request(exchange.getRequestMethod(), path, exchange.getRequestHeaders()));
        Answer instead = poll(nextAnswers);
        if (instead != null) {
            instead.give(exchange);
            return;
        }
        if (path.startsWith("/old/")) {
            status(307, "Location", path.replaceFirst("/old/", "/org/model/")).give(exchange);
            return;
        }
        String start = "/org/model/resolve/";
        if (!path.startsWith(start)) {
            error(exchange, 404, "RepoNotFound");
            return;
        }
        String revision = path.substring(start.length(), path.indexOf('/', start.length()));
        String file = path.substring(start.length() + revision.length() + 1);
        if (!List.of("main", COMMIT, "refs%2Fpr%2F1").contains(revision)) {
            error(exchange, 404, "RevisionNotFound");
            return;
        }
        byte[] content = files.get(file);
        exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
        if (content == null) {
            error(exchange, 404, "EntryNotFound");
        } else if (large.contains(file)) {
            exchange.getResponseHeaders().set("X-Linked-Etag", '"' + etag(file) + '"');
            exchange.getResponseHeaders().set("X-Linked-Size", "" + content.length);
            exchange.getResponseHeaders()
                    .set(
                            "Location",
                            "http://127.0.0.1:" + host.getAddress().getPort() + "/" + file + "?signature=secret");
            exchange.sendResponseHeaders(302, -1);
        } else {
            exchange.getResponseHeaders().set("ETag", etags.getOrDefault(file, '"' + etag(file) + '"'));
            serve(exchange, content);
        }
    }

    private void serveLarge(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        hostRequests.add(new Request(exchange.getRequestMethod(), path, exchange.getRequestHeaders()));
        exchange.getResponseHeaders().set("ETag", "\"the-host-has-its-own\"");
        serve(exchange, files.get(path.substring(1)));
    }

    private void serve(HttpExchange exchange, byte[] content) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", "" + content.length);
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        Answer instead = poll(nextContents);
        if (instead != null) {
            instead.give(exchange);
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null) {
            write(exchange, 200, content, 0);
        } else {
            int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
            write(exchange, 206, content, from);
        }
    }

    static void write(HttpExchange exchange, int status, byte[] content, int from) throws IOException {
        int length = content.length - from;
        exchange.sendResponseHeaders(status, length == 0 ? -1 : length);
        exchange.getResponseBody().write(content, from, length);
    }

    /** Announces all and sends the start of it. */
    static Answer cutOff(byte[] content, int after) {
        return exchange -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, after);
            exchange.getResponseBody().flush();
        };
    }

    static Answer status(int status, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
        };
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        status(status, "X-Error-Code", code).give(exchange);
    }

    private static Answer poll(Deque<Answer> answers) {
        synchronized (answers) {
            return answers.poll();
        }
    }

    /** SHA-256 of a large file, git's SHA-1 of a small one. */
    String etag(String file) {
        byte[] content = files.get(file);
        return large.contains(file)
                ? hash("SHA-256", content)
                : hash("SHA-1", ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII), content);
    }

    private static String hash(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** How often a file's content was asked for. */
    public long downloads(String file) {
        return requests.stream()
                .filter(r -> r.method().equals("GET") && r.path().endsWith("/" + file))
                .count();
    }

    @Override
    public void close() {
        hub.stop(0);
        host.stop(0);
    }
}
