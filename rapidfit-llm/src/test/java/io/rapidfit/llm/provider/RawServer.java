package io.rapidfit.llm.provider;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server that says whatever bytes a test wants, and knows when the client hangs up. */
final class RawServer implements AutoCloseable {

    private final ServerSocket listening;
    private final @Nullable String reply;
    private final boolean hangUp;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger hungUp = new AtomicInteger();
    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch clientHungUp = new CountDownLatch(1);

    private RawServer(@Nullable String reply, boolean hangUp) throws IOException {
        this.reply = reply;
        this.hangUp = hangUp;
        this.listening = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        daemon(this::accept);
    }

    /** Answers every request with these bytes and then hangs up. */
    static RawServer saying(String reply) throws IOException {
        return new RawServer(reply, true);
    }

    /** Hangs up on everybody who comes, without listening. */
    static RawServer hangingUp() throws IOException {
        return new RawServer(null, true);
    }

    /** Sends these bytes after a request, then nothing more. */
    static RawServer stallingAfter(String reply) throws IOException {
        return new RawServer(reply, false);
    }

    /** Nobody listens there. */
    static String refusingBaseUrl() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return "http://127.0.0.1:" + free.getLocalPort();
        }
    }

    String baseUrl() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    private void accept() throws IOException {
        while (true) {
            Socket socket = listening.accept();
            open.add(socket);
            connections.incrementAndGet();
            daemon(() -> serve(socket));
        }
    }

    private void serve(Socket socket) throws IOException {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            if (reply == null || !readRequest(in)) {
                return;
            }
            requests.incrementAndGet();
            asked.countDown();
            socket.getOutputStream().write(reply.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            if (hangUp) {
                socket.close();
                hungUp.incrementAndGet();
            } else {
                awaitEnd(in);
                clientHungUp.countDown();
            }
        }
    }

    private static boolean readRequest(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int read = in.read();
            if (read < 0) {
                return false;
            }
            head.append((char) read);
        }
        for (String line : head.toString().split("\r\n", -1)) {
            if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                in.readNBytes(Integer.parseInt(line.substring(15).strip()));
            }
        }
        return true;
    }

    private static void awaitEnd(InputStream in) {
        try {
            while (in.read() >= 0) {
                // whatever else it says
            }
        } catch (IOException e) {
            // a reset is an end, too
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // closed: the test is over
                    }
                },
                "raw-server");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
