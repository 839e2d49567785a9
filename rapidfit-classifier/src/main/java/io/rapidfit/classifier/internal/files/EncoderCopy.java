package io.rapidfit.classifier.internal.files;

import io.rapidfit.internal.AtomicFile;
import io.rapidfit.internal.AtomicFile.Content;
import io.rapidfit.internal.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All files of an encoder that decide its vectors.
 *
 * @param contents by their places in a directory, with slashes; in the order that the hash has them
 */
public record EncoderCopy(Map<String, Content> contents) {

    public EncoderCopy {
        contents = Collections.unmodifiableMap(new LinkedHashMap<>(contents));
    }

    /** Changes when anything does that decides the vectors: of the names of all files, and the SHA-256 of each. */
    public String sha256() throws IOException {
        MessageDigest all = Sha256.newDigest();
        for (Map.Entry<String, Content> file : contents.entrySet()) {
            MessageDigest one = Sha256.newDigest();
            try (OutputStream digest = new DigestOutputStream(OutputStream.nullOutputStream(), one)) {
                file.getValue().writeTo(digest);
            }
            String line = file.getKey() + " " + HexFormat.of().formatHex(one.digest()) + "\n";
            all.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(all.digest());
    }

    /** Writes them to a directory, which is made if it is not there. */
    public void writeTo(Path target) throws IOException {
        for (Map.Entry<String, Content> file : contents.entrySet()) {
            AtomicFile.replace(target.resolve(file.getKey()), file.getValue());
        }
    }
}
