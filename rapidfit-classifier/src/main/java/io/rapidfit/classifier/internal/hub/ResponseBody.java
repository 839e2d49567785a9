package io.rapidfit.classifier.internal.hub;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response, chunk by chunk. Java's HTTP client limits the time until the headers are there only; a server
 * that falls silent in the middle of a file would be waited for forever.
 */
final class ResponseBody implements AutoCloseable {

    /** A chunk, empty at the end; or an error. */
    private record Event(List<ByteBuffer> chunk, @Nullable Throwable error) {}

    /** One at most, since the next chunk is asked for when this one is taken. */
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean closed;

    ResponseBody(HttpResponse<Flow.Publisher<List<ByteBuffer>>> response) {
        response.body().subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription given) {
                subscription = given;
                if (closed) {
                    given.cancel();
                } else {
                    given.request(1);
                }
            }

            @Override
            public void onNext(List<ByteBuffer> chunk) {
                events.add(new Event(chunk, null));
            }

            @Override
            public void onError(Throwable error) {
                events.add(new Event(List.of(), error));
            }

            @Override
            public void onComplete() {
                events.add(new Event(List.of(), null));
            }
        });
    }

    /**
     * @return empty at the end
     * @throws IOException if the connection broke, or nothing came in time
     */
    List<ByteBuffer> next(Duration timeout) throws IOException, InterruptedException {
        Event event = events.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
        if (event == null) {
            throw new HttpTimeoutException("nothing came for " + timeout.toSeconds() + " s");
        }
        if (event.error() != null) {
            throw new IOException(event.error().getMessage(), event.error());
        }
        if (!event.chunk().isEmpty()) {
            Objects.requireNonNull(subscription).request(1);
        }
        return event.chunk();
    }

    /** Gives the connection up unless the body has ended. */
    @Override
    public void close() {
        closed = true;
        Flow.Subscription current = subscription;
        if (current != null) {
            current.cancel();
        }
    }
}
