package io.rapidfit.classifier.internal.hub;

import io.rapidfit.classifier.internal.hub.HubClient.Sleeper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One download of a file at a time, among the threads here and all processes that lock the same file. */
final class CacheLock {

    /** How long another's download is waited for. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    private static final Duration STEP = Duration.ofSeconds(1);

    /** A file's lock belongs to the whole JVM, so that its threads need one of their own. */
    private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

    private final ReentrantLock thread;
    private final FileChannel channel;

    private CacheLock(ReentrantLock thread, FileChannel channel) {
        this.thread = thread;
        this.channel = channel;
    }

    static CacheLock acquire(Path file, Sleeper sleeper) throws IOException, HubException, InterruptedException {
        ReentrantLock thread = THREADS.computeIfAbsent(file.toAbsolutePath().normalize(), f -> new ReentrantLock());
        thread.lockInterruptibly();
        FileChannel channel = null;
        boolean locked = false;
        try {
            Files.createDirectories(file.getParent());
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            for (Duration waited = Duration.ZERO; tryLock(channel) == null; waited = waited.plus(STEP)) {
                if (waited.compareTo(PATIENCE) >= 0) {
                    throw new HubException(file + ": another process has held this lock for " + PATIENCE.toMinutes()
                            + " minutes. If none is downloading, delete it.");
                }
                sleeper.sleep(STEP);
            }
            locked = true;
            return new CacheLock(thread, channel);
        } finally {
            if (!locked) {
                if (channel != null) {
                    channel.close();
                }
                thread.unlock();
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) { // held here, by this class in another class loader
            return null;
        }
    }

    /** The file stays: if it were deleted, another could lock it while a third makes it anew. */
    void release() throws IOException {
        try {
            channel.close();
        } finally {
            thread.unlock();
        }
    }
}
