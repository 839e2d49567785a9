package io.rapidfit.classifier.internal.hub;

import static io.rapidfit.classifier.internal.hub.FakeHub.COMMIT;
import static io.rapidfit.classifier.internal.hub.FakeHub.cutOff;
import static io.rapidfit.classifier.internal.hub.FakeHub.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.classifier.internal.hub.Hub.Linker;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubTest {

    private static final HubModel MODEL = HubModel.of("org/model");
    private static final HubModel AT_COMMIT = new HubModel("org/model", COMMIT);
    private static final String TOKEN = "hf_verysecret";
    private static final List<String> FILES = List.of("config.json", "tokenizer.json", "model.safetensors");

    @TempDir
    Path home;

    private final FakeHub server = new FakeHub();
    private final Map<String, String> environment = new HashMap<>();
    private final List<Duration> waits = new CopyOnWriteArrayList<>();
    private final AtomicLong clock = new AtomicLong();
    private final List<String> progress = new CopyOnWriteArrayList<>();
    private Linker linker = (link, target) -> Files.createSymbolicLink(link, target);
    private Duration timeout = Duration.ofSeconds(30);

    HubTest() {
        environment.put("HF_ENDPOINT", server.endpoint());
        server.files.put("config.json", "{}".getBytes(StandardCharsets.US_ASCII));
        server.files.put("model.safetensors", bytes(100_000));
        server.large.add("model.safetensors");
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void require_downloadsIntoTheStandardLayout() throws Exception {
        server.files.put("1_Pooling/config.json", "[]".getBytes(StandardCharsets.US_ASCII));
        Snapshot snapshot = snapshot(MODEL);

        Path small = snapshot.require("config.json");
        Path nested = snapshot.require("1_Pooling/config.json");
        Path large = snapshot.require("model.safetensors");

        Path model = cache().resolve("models--org--model");
        Path directory = model.resolve("snapshots").resolve(COMMIT);
        assertThat(snapshot.directory()).isEqualTo(directory);
        assertThat(snapshot.commit()).isEqualTo(COMMIT);
        assertThat(model.resolve("refs/main")).hasContent(COMMIT);
        assertThat(small).isEqualTo(directory.resolve("config.json")).hasContent("{}");
        assertThat(Files.readAllBytes(large)).isEqualTo(bytes(100_000));
        // git hash-object of a file with {} is 9e26dfeeb6e641a33dae4961196235bdb965b21b
        assertThat(Files.readSymbolicLink(small))
                .isEqualTo(Path.of("../../blobs/9e26dfeeb6e641a33dae4961196235bdb965b21b"));
        assertThat(Files.readSymbolicLink(nested))
                .isEqualTo(Path.of("../../../blobs/" + server.etag("1_Pooling/config.json")));
        assertThat(Files.readSymbolicLink(large)).isEqualTo(Path.of("../../blobs/" + server.etag("model.safetensors")));
        try (Stream<Path> blobs = Files.list(model.resolve("blobs"))) {
            assertThat(blobs).hasSize(3); // and no part of any
        }
        assertThat(cache().resolve(".locks/models--org--model/" + server.etag("config.json") + ".lock"))
                .exists();
        assertThat(waits).isEmpty();
    }

    @Test
    void require_tellsHowItGetsOn() throws Exception {
        snapshot(MODEL).require("model.safetensors");

        assertThat(progress.get(0)).isEqualTo("model.safetensors 0/100000");
        assertThat(progress.get(progress.size() - 1)).isEqualTo("model.safetensors 100000/100000");
    }

    @Test
    void require_keepsWhatCameIfTheListenerThrows() throws Exception {
        HubListener stops = (file, done, total) -> {
            if (done > 0) {
                throw new IllegalStateException("stop");
            }
        };
        Snapshot snapshot = hub().snapshot(MODEL, FILES, stops);

        assertThatThrownBy(() -> snapshot.require("model.safetensors"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("stop");

        assertThat(part("model.safetensors")).isNotEmptyFile();
        assertThat(snapshot(MODEL).require("model.safetensors")).hasBinaryContent(bytes(100_000));
    }

    @Test
    void require_asksNothingForWhatIsInTheCache() throws Exception {
        snapshot(MODEL).require("config.json");
        server.requests.clear();

        snapshot(MODEL).require("config.json");
        assertThat(server.requests).hasToString("[HEAD /org/model/resolve/main/config.json]"); // what main stands for

        server.requests.clear();
        snapshot(AT_COMMIT).require("config.json");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void require_usesACacheThatAnotherLibraryFilled() throws Exception {
        Path model = cache().resolve("models--org--model");
        Path directory = Files.createDirectories(model.resolve("snapshots").resolve(COMMIT));
        Files.createDirectories(model.resolve("blobs"));
        Files.createDirectories(model.resolve("refs"));
        Files.writeString(model.resolve("refs/main"), COMMIT + "\n");
        Files.writeString(model.resolve("blobs/abc"), "linked");
        Files.createSymbolicLink(directory.resolve("config.json"), Path.of("../../blobs/abc"));
        Files.writeString(directory.resolve("tokenizer.json"), "copied");
        environment.put("HF_HUB_OFFLINE", "1");

        Snapshot snapshot = snapshot(MODEL);

        assertThat(snapshot.require("config.json")).hasContent("linked");
        assertThat(snapshot.require("tokenizer.json")).hasContent("copied");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void require_mendsALinkToNowhere() throws Exception {
        Path config = snapshot(MODEL).require("config.json");
        Files.delete(config.toRealPath());

        assertThat(snapshot(MODEL).require("config.json")).hasContent("{}");
    }

    @Test
    void require_takesABlobThatAnotherRevisionBrought() throws Exception {
        Path blob = cache().resolve("models--org--model/blobs").resolve(server.etag("model.safetensors"));
        Files.createDirectories(blob.getParent());
        Files.write(blob, bytes(100_000));

        assertThat(snapshot(MODEL).require("model.safetensors")).hasBinaryContent(bytes(100_000));
        assertThat(server.downloads("model.safetensors")).isZero();
    }

    @Test
    void require_sendsTheTokenToTheHubOnly() throws Exception {
        environment.put("HF_TOKEN", TOKEN);

        snapshot(MODEL).require("model.safetensors");

        assertThat(server.requests)
                .isNotEmpty()
                .allSatisfy(request ->
                        assertThat(request.headers().getFirst("Authorization")).isEqualTo("Bearer " + TOKEN));
        assertThat(server.hostRequests)
                .isNotEmpty()
                .allSatisfy(request -> assertThat(request.headers()).doesNotContainKey("Authorization"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://h, https://h/a, true",
        "https://h:443, https://h/a, true",
        "https://h, https://H:443/a, true",
        "http://h:80, http://h/a, true",
        "https://h, http://h/a, false",
        "https://h, http://h:443/a, false",
        "https://h:443, https://h:444/a, false",
        "https://h, https://h.evil/a, false"
    })
    void isHub_knowsTheHubByEveryWayToWriteIt(String endpoint, URI uri, boolean isHub) {
        HubSettings settings = HubSettings.of(Map.of("HF_ENDPOINT", endpoint), home);

        assertThat(new HubClient(settings, waits::add, timeout, clock::get).isHub(uri))
                .isEqualTo(isHub);
    }

    @Test
    void require_followsTheHubToARenamedModel() throws Exception {
        assertThat(snapshot(HubModel.of("old")).require("config.json")).hasContent("{}");
        assertThat(cache().resolve("models--old/snapshots").resolve(COMMIT)).isDirectory();
        assertThat(server.requests.get(0)).hasToString("HEAD /old/resolve/main/config.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://127.0.0.1/x", "http:", "http://[", ""})
    void snapshot_refusesARedirectToNoDownload(String location) {
        server.nextAnswers.add(status(302, "Location", location));

        assertThatThrownBy(() -> snapshot(MODEL))
                .isInstanceOf(HubException.class)
                .hasMessage("org/model@main: 127.0.0.1 redirects to where no download is to come from");
    }

    @Test
    void snapshot_endsInACircleOfRedirects() {
        for (int i = 0; i < 20; i++) {
            server.nextAnswers.add(status(302, "Location", "/circle" + i));
        }

        assertThatThrownBy(() -> snapshot(MODEL))
                .isInstanceOf(HubException.class)
                .hasMessage("org/model@main: more than 10 redirects for config.json");
        assertThat(server.requests).hasSize(11);
    }

    @Test
    void require_goesOnWhereADownloadEnded() throws Exception {
        Files.createDirectories(part("model.safetensors").getParent());
        Files.write(part("model.safetensors"), java.util.Arrays.copyOf(bytes(100_000), 60_000));

        Path file = snapshot(MODEL).require("model.safetensors");

        assertThat(file).hasBinaryContent(bytes(100_000));
        assertThat(server.hostRequests.get(0).headers().getFirst("Range")).isEqualTo("bytes=60000-");
        assertThat(server.hostRequests.get(0).headers()).doesNotContainKey("If-Range"); // the host's ETag is another
        assertThat(progress.get(0)).isEqualTo("model.safetensors 60000/100000");
        assertThat(part("model.safetensors")).doesNotExist();
    }

    @Test
    void require_takesAPartThatIsAlreadyWhole() throws Exception {
        Files.createDirectories(part("model.safetensors").getParent());
        Files.write(part("model.safetensors"), bytes(100_000));

        assertThat(snapshot(MODEL).require("model.safetensors")).hasBinaryContent(bytes(100_000));
        assertThat(server.hostRequests).isEmpty();
    }

    @Test
    void require_startsAnewIfTheServerDoesNotKnowRanges() throws Exception {
        Files.createDirectories(part("model.safetensors").getParent());
        Files.write(part("model.safetensors"), new byte[60_000]);
        server.nextContents.add(exchange -> FakeHub.write(exchange, 200, bytes(100_000), 0));

        assertThat(snapshot(MODEL).require("model.safetensors")).hasBinaryContent(bytes(100_000));
        assertThat(progress.get(0)).isEqualTo("model.safetensors 0/100000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes 0-99999/100000", "bytes 6000-99999/100000", ""})
    void require_startsAnewIfTheServerGoesOnElsewhere(String range) throws Exception {
        Files.createDirectories(part("model.safetensors").getParent());
        Files.write(part("model.safetensors"), java.util.Arrays.copyOf(bytes(100_000), 60_000));
        server.nextContents.add(exchange -> {
            exchange.getResponseHeaders().set("Content-Range", range);
            FakeHub.write(exchange, 206, bytes(100_000), 60_000);
        });

        assertThat(snapshot(MODEL).require("model.safetensors")).hasBinaryContent(bytes(100_000));
        assertThat(waits).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void require_startsAnewIfTheRangeIsRefused() throws Exception {
        Files.createDirectories(part("model.safetensors").getParent());
        Files.write(part("model.safetensors"), java.util.Arrays.copyOf(bytes(100_000), 60_000));
        server.nextContents.add(status(416));

        assertThat(snapshot(MODEL).require("model.safetensors")).hasBinaryContent(bytes(100_000));
    }

    @Test
    void require_dropsAPartThatIsLongerThanTheFile() throws Exception {
        Files.createDirectories(part("model.safetensors").getParent());
        Files.write(part("model.safetensors"), new byte[100_001]);

        assertThat(snapshot(MODEL).require("model.safetensors")).hasBinaryContent(bytes(100_000));
    }

    @Test
    void require_dropsAPartThatDoesNotFit() throws Exception {
        Files.createDirectories(part("model.safetensors").getParent());
        Files.write(part("model.safetensors"), new byte[60_000]); // of another file

        assertThat(snapshot(MODEL).require("model.safetensors")).hasBinaryContent(bytes(100_000));
        assertThat(waits).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void require_goesOnAfterAConnectionBreaks() throws Exception {
        server.nextContents.add(cutOff(bytes(100_000), 70_000));
        server.nextContents.add(status(503));

        Path file = snapshot(MODEL).require("model.safetensors");

        assertThat(file).hasBinaryContent(bytes(100_000));
        assertThat(server.hostRequests.get(1).headers().getFirst("Range")).startsWith("bytes=");
        assertThat(waits).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    @Test
    void require_givesUpOnABodyThatIsAlwaysCutOff() throws Exception {
        for (int i = 0; i < 9; i++) {
            server.nextContents.add(cutOff(bytes(100_000), 0));
        }
        Snapshot snapshot = snapshot(MODEL);

        assertThatThrownBy(() -> snapshot.require("model.safetensors"))
                .isInstanceOf(HubException.class)
                .hasMessageStartingWith("org/model@" + COMMIT
                        + ": model.safetensors: gave up after 5 of 5 attempts: the connection broke")
                .satisfies(e -> assertThat(((HubException) e).isTemporary()).isTrue());
        assertThat(waits).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L);
    }

    @Test
    void require_doesNotWaitForAServerThatFallsSilent() throws Exception {
        timeout = Duration.ofSeconds(1);
        CountDownLatch end = new CountDownLatch(1);
        server.nextContents.add(exchange -> {
            exchange.sendResponseHeaders(200, 100_000);
            exchange.getResponseBody().write(bytes(50_000));
            exchange.getResponseBody().flush();
            await(end);
        });

        assertThat(snapshot(MODEL).require("model.safetensors")).hasBinaryContent(bytes(100_000));

        end.countDown();
        assertThat(waits).startsWith(Duration.ofSeconds(1));
        assertThat(server.hostRequests.get(1).headers().getFirst("Range")).startsWith("bytes=");
    }

    /** What has come when a minute is over: less than 100,000 bytes in it are too few, unless they were the last. */
    @ParameterizedTest
    @CsvSource({"99999, 1", "100000, 0", "150000, 0"})
    void require_givesAConnectionUpThatBringsTooLittle(int came, int attemptsMore) throws Exception {
        byte[] content = bytes(150_000);
        server.files.put("model.safetensors", content);
        CountDownLatch minuteIsOver = new CountDownLatch(1);
        server.nextContents.add(exchange -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, came);
            exchange.getResponseBody().flush();
            await(minuteIsOver);
            exchange.getResponseBody().write(content, came, content.length - came);
        });
        HubListener listener = (file, done, total) -> {
            if (done == came && minuteIsOver.getCount() > 0) {
                clock.addAndGet(Duration.ofMinutes(1).toNanos());
                minuteIsOver.countDown();
            }
        };

        assertThat(hub().snapshot(MODEL, FILES, listener).require("model.safetensors"))
                .hasBinaryContent(content);

        assertThat(waits).hasSize(attemptsMore);
        assertThat(server.hostRequests).hasSize(1 + attemptsMore);
        if (attemptsMore > 0) {
            assertThat(server.hostRequests.get(1).headers().getFirst("Range")).isEqualTo("bytes=99999-");
        }
    }

    @Test
    void snapshot_doesNotWaitForAServerThatNeverAnswers() throws Exception {
        timeout = Duration.ofSeconds(1);
        CountDownLatch end = new CountDownLatch(1);
        server.nextAnswers.add(exchange -> await(end));

        assertThat(snapshot(MODEL).commit()).isEqualTo(COMMIT);

        end.countDown();
        assertThat(waits).startsWith(Duration.ofSeconds(1));
    }

    private static void await(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void require_refusesMoreThanTheHubAnnounced() throws Exception {
        for (int i = 0; i < 9; i++) {
            server.nextContents.add(exchange -> FakeHub.write(exchange, 200, bytes(100_001), 0));
        }
        Snapshot snapshot = snapshot(MODEL);

        assertThatThrownBy(() -> snapshot.require("model.safetensors"))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("more came than the 100000 bytes of the file");
    }

    @Test
    void require_boundsAllFilesButWeights() throws Exception {
        Snapshot snapshot = snapshot(MODEL);
        server.nextAnswers.add(announcing(100_000_001));

        assertThatThrownBy(() -> snapshot.require("tokenizer.json"))
                .isInstanceOf(HubException.class)
                .hasMessage(
                        "org/model@%s: tokenizer.json has 100000001 bytes, more than 100000000; only files that end in .safetensors may."
                                .formatted(COMMIT));
        assertThat(server.downloads("tokenizer.json")).isZero();

        server.files.put("tokenizer.json", "{}".getBytes(StandardCharsets.US_ASCII));
        server.nextAnswers.add(announcing(100_000_000));
        assertThatThrownBy(() -> snapshot.require("tokenizer.json"))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("gave up after 5 of 5 attempts: it ended after 2 of 100000000 bytes");
    }

    @Test
    void require_asksForNoMoreThanTheDiskHasRoomFor() throws Exception {
        Snapshot snapshot = snapshot(MODEL);
        server.nextAnswers.add(announcing(999_999_999_999_999L)); // a petabyte

        assertThatThrownBy(() -> snapshot.require("model.safetensors"))
                .isInstanceOf(HubException.class)
                .hasMessageStartingWith("org/model@" + COMMIT + ": model.safetensors needs 999999999999999 bytes, but "
                        + cache().resolve("models--org--model/blobs") + " has room for ")
                .hasMessageEndingWith(". Make room, or set HF_HOME to a place that has it.");
        assertThat(server.downloads("model.safetensors")).isZero();
    }

    private static FakeHub.Answer announcing(long size) {
        return status(200, "X-Repo-Commit", COMMIT, "X-Linked-Etag", "\"an-etag\"", "X-Linked-Size", "" + size);
    }

    @ParameterizedTest
    @CsvSource({"model.safetensors, SHA256, 100000", "config.json, GIT_SHA1, 2"})
    void require_refusesOtherBytesThanTheHubNames(String file, String hash, int size) throws Exception {
        server.nextContents.add(exchange -> FakeHub.write(exchange, 200, new byte[size], 0));
        Snapshot snapshot = snapshot(MODEL);

        assertThatThrownBy(() -> snapshot.require(file))
                .isInstanceOf(HubException.class)
                .hasMessage(
                        "org/model@%s: %s does not have the %s that the hub names, %s. It is not used; try again later."
                                .formatted(COMMIT, file, hash, server.etag(file)));
        assertThat(snapshot.directory().resolve(file)).doesNotExist();
        assertThat(part(file)).doesNotExist();
        assertThat(part(file).resolveSibling(server.etag(file))).doesNotExist();
    }

    @Test
    void require_asksForTheSameFileIfOnlyTheEtagCanTell() throws Exception {
        server.etags.put("config.json", "\"some-tag\"");
        Path part = cache().resolve("models--org--model/blobs/some-tag.rapidfit-incomplete");
        Files.createDirectories(part.getParent());
        Files.writeString(part, "{");

        assertThat(snapshot(MODEL).require("config.json")).hasContent("{}");

        FakeHub.Request get = server.requests.get(server.requests.size() - 1);
        assertThat(get.headers().getFirst("Range")).isEqualTo("bytes=1-");
        assertThat(get.headers().getFirst("If-Range")).isEqualTo("\"some-tag\"");
    }

    @Test
    void require_startsAnewIfNothingCanTell() throws Exception {
        server.etags.put("config.json", "W/\"some-tag\"");
        Path part = cache().resolve("models--org--model/blobs/some-tag.rapidfit-incomplete");
        Files.createDirectories(part.getParent());
        Files.writeString(part, "[");

        assertThat(snapshot(MODEL).require("config.json")).hasContent("{}");
    }

    @Test
    void require_downloadsAnEmptyFile() throws Exception {
        server.files.put("empty", new byte[0]);

        assertThat(snapshot(MODEL).require("empty")).isEmptyFile();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void snapshot_triesAgainWhatMayPass(int status) throws Exception {
        server.nextAnswers.add(status(status));
        server.nextAnswers.add(status(status, "Retry-After", "7"));
        server.nextAnswers.add(status(
                status, "Date", "Sat, 21 Nov 2026 08:00:00 GMT", "Retry-After", "Sat, 21 Nov 2026 08:00:09 GMT"));
        server.nextAnswers.add(status(status, "Retry-After", "soon"));

        assertThat(snapshot(MODEL).commit()).isEqualTo(COMMIT);

        // the fake hub sends a Date of its own after the test's; Retry-After in its past is no wait
        assertThat(waits.get(0)).isEqualTo(Duration.ofSeconds(1));
        assertThat(waits.get(1)).isEqualTo(Duration.ofSeconds(7));
        assertThat(waits.get(3)).isEqualTo(Duration.ofSeconds(8)); // 1, 2, 4, 8
        assertThat(waits).hasSize(4);
    }

    @Test
    void snapshot_givesUpAfterFiveAttempts() {
        for (int i = 0; i < 9; i++) {
            server.nextAnswers.add(status(503));
        }

        assertThatThrownBy(() -> snapshot(MODEL))
                .isInstanceOf(HubException.class)
                .hasMessage("org/model@main: config.json: gave up after 5 of 5 attempts: status 503.")
                .satisfies(e -> assertThat(((HubException) e).isTemporary()).isTrue());
        assertThat(server.requests).hasSize(5);
    }

    @Test
    void snapshot_doesNotWaitForAnHour() {
        server.nextAnswers.add(status(429, "Retry-After", "3600"));

        assertThatThrownBy(() -> snapshot(MODEL))
                .isInstanceOf(HubException.class)
                .hasMessage(
                        "org/model@main: config.json: gave up after 1 of 5 attempts: status 429. The server asks to wait 3600 s.");
        assertThat(waits).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | no | not found, private or gated (status 401). Check the name; for a model that is not public set HF_TOKEN, and accept its licence at",
                "401 | yes | not found, private or gated (status 401). Check the name, and that HF_TOKEN is valid and may read it.",
                "403 | no | access refused (status 403). Accept its licence at",
                "403 | no | with the account of HF_TOKEN, which is not set.",
                "403 | yes | with the account of HF_TOKEN.",
                "404 | no | Is HF_ENDPOINT right, and does no proxy answer in its place?",
                "418 | no | unexpected status 418 for config.json.",
            })
    void snapshot_saysWhatToDo(int status, String token, String message) {
        if (token.equals("yes")) {
            environment.put("HF_TOKEN", TOKEN);
        }
        server.nextAnswers.add(status(status));

        assertThatThrownBy(() -> snapshot(MODEL))
                .isInstanceOf(HubException.class)
                .hasMessageStartingWith("org/model@main: ")
                .hasMessageContaining(message)
                .hasMessageNotContaining(TOKEN)
                .satisfies(e -> assertThat(((HubException) e).isTemporary()).isFalse());
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void snapshot_namesARevisionThatIsNotThere() {
        assertThatThrownBy(() -> snapshot(new HubModel("org/model", "v9")))
                .isInstanceOf(HubException.class)
                .hasMessage("org/model@v9: no such revision (status 404).");
    }

    @Test
    void snapshot_namesAModelThatIsNotThere() {
        assertThatThrownBy(() -> snapshot(HubModel.of("org/other")))
                .isInstanceOf(HubException.class)
                .hasMessage("org/other@main: no such model, revision or file config.json at " + server.endpoint()
                        + "/org/other (status 404). Check the name.");
    }

    @Test
    void snapshot_namesAModelWithoutItsFirstFile() {
        server.files.remove("config.json");

        assertThatThrownBy(() -> snapshot(MODEL))
                .isInstanceOf(HubException.class)
                .hasMessage("org/model@main: the model has no config.json.");
    }

    @ParameterizedTest
    @CsvSource({"../../evil", "a/b", "''", "a b"})
    void snapshot_refusesAnEtagThatIsNoFileName(String etag) {
        server.etags.put("config.json", '"' + etag + '"');

        assertThatThrownBy(() -> snapshot(MODEL))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("does not answer as a hub does")
                .hasMessageContaining("Is HF_ENDPOINT right?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"X-Repo-Commit | ../../evil", "X-Repo-Commit | main", "X-Linked-Size | -1", "X-Linked-Size | many"
            })
    void snapshot_refusesAnAnswerThatIsNotAHubs(String header, String value) {
        Map<String, String> headers =
                new HashMap<>(Map.of("X-Repo-Commit", COMMIT, "ETag", "\"abc\"", "X-Linked-Size", "2"));
        headers.put(header, value);
        List<String> flat = new ArrayList<>();
        headers.forEach((name, given) -> flat.addAll(List.of(name, given)));
        server.nextAnswers.add(status(200, flat.toArray(String[]::new)));

        assertThatThrownBy(() -> snapshot(MODEL))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("does not answer as a hub does");
    }

    @Test
    void snapshot_keepsAPullRequestAsTheHubDoes() throws Exception {
        Snapshot snapshot = snapshot(new HubModel("org/model", "refs/pr/1"));

        assertThat(snapshot.commit()).isEqualTo(COMMIT);
        assertThat(server.requests).hasToString("[HEAD /org/model/resolve/refs%2Fpr%2F1/config.json]");
        assertThat(cache().resolve("models--org--model/refs/refs/pr/1")).hasContent(COMMIT);
    }

    @Test
    void find_isEmptyForAFileThatIsNotThere_andAsksOnce() throws Exception {
        assertThat(snapshot(MODEL).find("modules.json")).isEmpty();
        assertThat(cache().resolve("models--org--model/.no_exist")
                        .resolve(COMMIT)
                        .resolve("modules.json"))
                .isEmptyFile();
        server.requests.clear();

        assertThat(snapshot(AT_COMMIT).find("modules.json")).isEmpty();
        assertThat(server.requests).isEmpty();
    }

    @Test
    void find_takesA404WithoutACodeForNoAnswer() throws Exception {
        Snapshot snapshot = snapshot(MODEL);
        server.nextAnswers.add(status(404)); // of a proxy

        assertThatThrownBy(() -> snapshot.find("modules.json"))
                .isInstanceOf(HubException.class)
                .hasMessageStartingWith(
                        "org/model@%s: status 404 for %s/org/model/resolve/%s/modules.json, without the X-Error-Code by which a hub says what is not there. Is HF_ENDPOINT right, and does no proxy answer in its place? The cache does not say whether the model has modules.json."
                                .formatted(COMMIT, server.endpoint(), COMMIT));
        assertThat(cache().resolve("models--org--model/.no_exist")).doesNotExist();

        server.files.put("modules.json", "[]".getBytes(StandardCharsets.US_ASCII));
        assertThat(snapshot.find("modules.json")).isPresent();
    }

    @Test
    void require_marksNoFileAsAbsentFor404WithoutACode() throws Exception {
        Snapshot snapshot = snapshot(AT_COMMIT);
        server.nextAnswers.add(status(404));

        assertThatThrownBy(() -> snapshot.require("config.json"))
                .isInstanceOf(HubException.class)
                .hasMessageEndingWith("Is HF_ENDPOINT right, and does no proxy answer in its place?");

        assertThat(snapshot.require("config.json")).hasContent("{}");
    }

    @Test
    void require_saysThatAFileHasVanished() throws Exception {
        Snapshot snapshot = snapshot(MODEL);
        server.nextContents.add(status(404, "X-Error-Code", "EntryNotFound"));

        assertThatThrownBy(() -> snapshot.require("config.json"))
                .isInstanceOf(HubException.class)
                .hasMessage("org/model@" + COMMIT + ": config.json has vanished from the hub.");
    }

    @Test
    void find_offlineDoesNotGuessThatAFileIsAbsent() throws Exception {
        snapshot(MODEL).require("config.json");
        environment.put("HF_HUB_OFFLINE", "1");
        Snapshot snapshot = snapshot(MODEL);
        Path absent = cache().resolve("models--org--model/.no_exist/" + COMMIT + "/modules.json");

        assertThatThrownBy(() -> snapshot.find("modules.json"))
                .isInstanceOf(HubException.class)
                .hasMessage(
                        "org/model@%s: HF_HUB_OFFLINE is set. The cache does not say whether the model has modules.json. Connect once; or, if it has one, put it into %s; if it has none, make an empty file %s."
                                .formatted(COMMIT, snapshot.directory(), absent));

        Files.createDirectories(absent.getParent());
        Files.createFile(absent);
        assertThat(snapshot.find("modules.json")).isEmpty();

        Files.writeString(snapshot.directory().resolve("modules.json"), "[]");
        assertThat(snapshot.find("modules.json")).isPresent();
    }

    @Test
    void find_withoutAConnectionDoesNotGuessThatAFileIsAbsent() throws Exception {
        snapshot(MODEL).require("config.json");
        server.close();
        Snapshot snapshot = snapshot(MODEL); // at the commit that is in the cache

        assertThatThrownBy(() -> snapshot.find("modules.json"))
                .isInstanceOf(HubException.class)
                .hasMessageStartingWith("org/model@" + COMMIT
                        + ": the hub cannot be reached. The cache does not say whether the model has modules.json.");
        assertThat(waits).isEmpty();
    }

    @Test
    void find_ofACommitSaysSoonThatItCannotKnow() throws Exception {
        fillAsPythonDoes();
        server.close();
        Snapshot snapshot = snapshot(AT_COMMIT);

        assertThatThrownBy(() -> snapshot.find("modules.json"))
                .isInstanceOf(HubException.class)
                .hasMessageStartingWith("org/model@" + COMMIT
                        + ": modules.json: gave up after 2 of 2 attempts: no answer from 127.0.0.1 (")
                .hasMessageContaining("The cache does not say whether the model has modules.json. Connect once; or,");
        assertThat(waits).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void find_ofACommitAsksOnceForWhatIsNotKnown() throws Exception {
        fillAsPythonDoes();
        for (String file : FILES) {
            snapshot(AT_COMMIT).require(file);
        }
        assertThat(server.requests).isEmpty();

        assertThat(snapshot(AT_COMMIT).find("modules.json")).isEmpty();
        assertThat(server.requests).hasToString("[HEAD /org/model/resolve/" + COMMIT + "/modules.json]");

        server.close();
        assertThat(snapshot(AT_COMMIT).find("modules.json")).isEmpty();
        assertThat(waits).isEmpty();
    }

    @Test
    void find_isPatientWhileAModelIsDownloaded() throws Exception {
        snapshot(MODEL).require("config.json");
        server.close();
        Snapshot snapshot = snapshot(AT_COMMIT);

        assertThatThrownBy(() -> snapshot.find("modules.json"))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("gave up after 5 of 5 attempts");
    }

    /** The needed files, and no word on any other. */
    private void fillAsPythonDoes() throws IOException {
        Path directory = Files.createDirectories(cache().resolve("models--org--model/snapshots/" + COMMIT));
        for (String file : FILES) {
            Files.writeString(directory.resolve(file), "{}");
        }
    }

    @Test
    void require_namesAFileThatTheModelDoesNotHave() throws Exception {
        Snapshot snapshot = snapshot(MODEL);

        assertThatThrownBy(() -> snapshot.require("tokenizer.json"))
                .isInstanceOf(HubException.class)
                .hasMessage("org/model@" + COMMIT + ": the model has no tokenizer.json.");
    }

    @Test
    void snapshot_saysWhatToFillIfItIsOffline() {
        environment.put("HF_HUB_OFFLINE", "1");
        Path model = cache().resolve("models--org--model");

        assertThatThrownBy(() -> snapshot(MODEL))
                .isInstanceOf(HubException.class)
                .hasMessage(
                        "org/model@main: HF_HUB_OFFLINE is set, and the cache lacks config.json, tokenizer.json, model.safetensors. Copy all of "
                                + model
                                + " from a machine that has used the model, or put the files into its snapshots/<commit> and the commit's 40 digits into its refs/main, or give a directory that has these files by its path.");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void snapshot_findsWhatWasPutWhereItSays() throws Exception {
        environment.put("HF_HUB_OFFLINE", "1");
        Path model = cache().resolve("models--org--model");
        fillAsPythonDoes();
        Files.createDirectories(model.resolve("refs"));
        Files.writeString(model.resolve("refs/main"), COMMIT);

        Snapshot snapshot = snapshot(MODEL);
        for (String file : FILES) {
            assertThat(snapshot.require(file)).hasContent("{}");
        }
    }

    @Test
    void require_saysWhatToFillIfItIsOffline() throws Exception {
        snapshot(MODEL).require("config.json");
        environment.put("HF_HUB_OFFLINE", "1");
        Snapshot snapshot = snapshot(MODEL);

        assertThatThrownBy(() -> snapshot.require("tokenizer.json"))
                .isInstanceOf(HubException.class)
                .hasMessage(
                        "org/model@%s: HF_HUB_OFFLINE is set, and the cache lacks tokenizer.json, model.safetensors. Put what is missing into %s, or copy all of %s from a machine that has used the model, or give a directory that has these files by its path."
                                .formatted(COMMIT, snapshot.directory(), cache().resolve("models--org--model")));
        assertThatThrownBy(() -> snapshot.require("model-2.safetensors"))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("the cache lacks model-2.safetensors. Put what is missing into ");
    }

    @Test
    void snapshot_usesTheCacheIfTheHubCannotBeReached() throws Exception {
        snapshot(MODEL).require("config.json");
        server.close();

        Snapshot snapshot = snapshot(MODEL);

        assertThat(snapshot.require("config.json")).hasContent("{}");
        assertThat(waits).isEmpty();
        assertThatThrownBy(() -> snapshot.require("tokenizer.json"))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("the hub cannot be reached, and the cache lacks tokenizer.json");
    }

    @Test
    void snapshot_saysThatTheHubCannotBeReached() {
        server.close();

        assertThatThrownBy(() -> snapshot(MODEL))
                .isInstanceOf(HubException.class)
                .hasMessageStartingWith(
                        "org/model@main: config.json: gave up after 5 of 5 attempts: no answer from 127.0.0.1 (");
        assertThat(waits).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void require_putsTheFileItselfWhereNoLinkCanBe(boolean unsupported) throws Exception {
        linker = (link, target) -> {
            if (unsupported) {
                throw new UnsupportedOperationException();
            }
            throw new FileSystemException("A required privilege is not held by the client");
        };

        Path file = snapshot(MODEL).require("config.json");

        assertThat(file).hasContent("{}").isRegularFile();
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(part("config.json").resolveSibling(server.etag("config.json")))
                .doesNotExist();
    }

    @Test
    void require_leavesABlobThatOthersLinkToWhereNoLinkCanBe() throws Exception {
        Path blob = part("config.json").resolveSibling(server.etag("config.json"));
        Files.createDirectories(blob.getParent());
        Files.writeString(blob, "{}");
        linker = (link, target) -> {
            throw new FileSystemException("A required privilege is not held by the client");
        };

        Path file = snapshot(MODEL).require("config.json");

        assertThat(file).hasContent("{}");
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(blob).hasContent("{}");
    }

    @Test
    void require_takesTheLinkThatAnotherProcessMadeMeanwhile() throws Exception {
        linker = (link, target) -> {
            Files.createSymbolicLink(link, target); // by the other
            Files.createSymbolicLink(link, target);
        };

        Path file = snapshot(MODEL).require("config.json");

        assertThat(file).hasContent("{}").isSymbolicLink();
        assertThat(part("config.json").resolveSibling(server.etag("config.json")))
                .hasContent("{}");
    }

    @Test
    void require_doesNotTakeALinkToNowhereThatAnotherProcessMadeMeanwhile() throws Exception {
        linker = (link, target) -> {
            Files.createSymbolicLink(link, Path.of("nowhere"));
            Files.createSymbolicLink(link, target);
        };
        Snapshot snapshot = snapshot(MODEL);

        assertThatThrownBy(() -> snapshot.require("config.json")).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void require_leavesTheUnfinishedDownloadOfAnotherLibraryAlone() throws Exception {
        Path theirs = part("config.json").resolveSibling(server.etag("config.json") + ".incomplete");
        Files.createDirectories(theirs.getParent());
        Files.writeString(theirs, "[");

        assertThat(snapshot(MODEL).require("config.json")).hasContent("{}");

        assertThat(theirs).hasContent("[");
    }

    @Test
    void require_downloadsOnceForThreadsAtATime() throws Exception {
        List<CompletableFuture<Path>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Snapshot snapshot = snapshot(MODEL);
            all.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return snapshot.require("model.safetensors");
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (CompletableFuture<Path> one : all) {
            assertThat(one.join()).hasBinaryContent(bytes(100_000));
        }
        assertThat(server.downloads("model.safetensors")).isEqualTo(1);
    }

    @Test
    void require_waitsForAnotherProcess() throws Exception {
        Path lock = cache().resolve(".locks/models--org--model/" + server.etag("config.json") + ".lock");
        Files.createDirectories(lock.getParent());
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileLock held = channel.lock();
            Hub hub = hub(duration -> {
                waits.add(duration);
                if (waits.size() == 3) {
                    release(held);
                }
            });

            assertThat(hub.snapshot(MODEL, FILES, this::note).require("config.json"))
                    .hasContent("{}");
        }
        assertThat(waits).hasSize(3);
    }

    @Test
    void require_doesNotWaitForAnotherProcessForever() throws Exception {
        Path lock = cache().resolve(".locks/models--org--model/" + server.etag("config.json") + ".lock");
        Files.createDirectories(lock.getParent());
        Snapshot snapshot = snapshot(MODEL);
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();

            assertThatThrownBy(() -> snapshot.require("config.json"))
                    .isInstanceOf(HubException.class)
                    .hasMessage(
                            lock
                                    + ": another process has held this lock for 60 minutes. If none is downloading, delete it.");
        }
        assertThat(snapshot.require("config.json")).hasContent("{}");
    }

    @Test
    void require_isInterruptedAtAnyTime() throws Exception {
        server.files.put("model.safetensors", bytes(20_000_000));
        for (int i = 0; i < 10; i++) {
            Files.deleteIfExists(part("model.safetensors"));
            Thread downloading = Thread.currentThread();
            int chunks = i * 100; // each of 16 KiB
            CountDownLatch reached = new CountDownLatch(chunks + 1);
            CompletableFuture<Void> interrupt = CompletableFuture.runAsync(() -> {
                await(reached);
                downloading.interrupt();
            });
            Snapshot snapshot = hub().snapshot(MODEL, FILES, (file, done, total) -> reached.countDown());

            assertThatThrownBy(() -> snapshot.require("model.safetensors")).isInstanceOf(InterruptedException.class);
            interrupt.join();
            Thread.interrupted();
        }
    }

    private static void release(FileLock lock) {
        try {
            lock.release();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Snapshot snapshot(HubModel model) throws Exception {
        return hub().snapshot(model, FILES, this::note);
    }

    private void note(String file, long done, long total) {
        progress.add(file + " " + done + "/" + total);
    }

    private Hub hub() {
        return hub(waits::add);
    }

    private Hub hub(HubClient.Sleeper sleeper) {
        return new Hub(HubSettings.of(environment, home), sleeper, timeout, clock::get, linker);
    }

    private Path cache() {
        return home.resolve(".cache/huggingface/hub");
    }

    private Path part(String file) {
        return cache().resolve("models--org--model/blobs").resolve(server.etag(file) + ".rapidfit-incomplete");
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 31 + i / 251);
        }
        return bytes;
    }
}
