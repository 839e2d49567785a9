package io.rapidfit.data;

import io.rapidfit.internal.AtomicFile;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One JSON object a line. Appending writes whole records and forces them to disk. A crash in the middle of that leaves a
 * torn tail: a last line without its line break that is no record. Reading skips it with a warning; the next append moves
 * it to a file beside, so that no good record is glued to it.
 */
final class JsonLinesFile implements SampleFile {

    private static final Logger log = LoggerFactory.getLogger(JsonLinesFile.class);

    @Override
    public List<Sample> read(Path file, String task) throws IOException {
        return scan(file, task).samples();
    }

    @Override
    public void replace(Path file, List<Sample> samples) throws IOException {
        AtomicFile.replace(file, out -> out.write(records(samples)));
    }

    @Override
    public void append(Path file, String task, List<Sample> samples) throws IOException {
        Scan scan = scan(file, task);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (scan.tornBytes() > 0) {
                setAside(out, scan.tornBytes(), file.resolveSibling(file.getFileName() + ".torn"));
            }
            out.position(out.size());
            if (scan.endsOpen()) {
                write(out, ByteBuffer.wrap(new byte[] {'\n'}));
            }
            write(out, ByteBuffer.wrap(records(samples)));
            out.force(true);
        }
    }

    /** Moves the file's last bytes to the end of another. */
    private static void setAside(FileChannel file, int bytes, Path beside) throws IOException {
        ByteBuffer torn = ByteBuffer.allocate(bytes + 1);
        long start = file.size() - bytes;
        while (torn.position() < bytes && file.read(torn, start + torn.position()) >= 0) {
            // one read need not take all
        }
        torn.put((byte) '\n').flip();
        try (FileChannel out = FileChannel.open(
                beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            write(out, torn);
            out.force(true);
        }
        file.truncate(start);
        log.warn("Moved a torn tail of {} bytes to {}", bytes, beside);
    }

    private static byte[] records(List<Sample> samples) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Sample sample : samples) {
            out.write(RowCodec.toJson(RowCodec.write(sample)).getBytes(StandardCharsets.UTF_8));
            out.write('\n');
        }
        return out.toByteArray();
    }

    /**
     * What a file holds.
     *
     * @param tornBytes length of a torn tail; 0 if there is none
     * @param endsOpen whether the last good record lacks its line break, as in files edited by hand
     */
    private record Scan(List<Sample> samples, int tornBytes, boolean endsOpen) {}

    private static Scan scan(Path file, String task) throws IOException {
        List<Sample> samples = new ArrayList<>();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int number = 1;
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b == '\n') {
                    addRow(samples, file, task, number++, line.toByteArray());
                    line.reset();
                } else {
                    line.write(b);
                }
            }
            byte[] tail = line.toByteArray();
            try {
                boolean endsOpen = tail.length > 0;
                addRow(samples, file, task, number, tail);
                return new Scan(samples, 0, endsOpen);
            } catch (DataFormatException e) {
                log.warn("{}:{}: skipped a torn last line of {} bytes, left by a crash", file, number, tail.length);
                return new Scan(samples, tail.length, false);
            }
        }
    }

    private static void addRow(List<Sample> samples, Path file, String task, int number, byte[] bytes) {
        try {
            int from = number == 1 ? Utf8.byteOrderMark(bytes, bytes.length) : 0;
            String line = Utf8.decode(bytes, from, bytes.length);
            if (!line.isBlank()) {
                samples.add(RowCodec.read(task, RowCodec.parse(line)));
            }
        } catch (CharacterCodingException e) {
            throw new DataFormatException(file, number, "not UTF-8: save the file in that encoding");
        } catch (RowCodec.BadRow e) {
            throw new DataFormatException(file, number, e.getMessage());
        }
    }

    private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
