package io.rapidfit.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.check.PersonalData.Match;
import io.rapidfit.data.Conversation;
import io.rapidfit.data.Item;
import io.rapidfit.data.Message;
import io.rapidfit.data.Sample;
import io.rapidfit.testing.DefaultLocale;
import io.rapidfit.testing.RandomText;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersonalDataTest {

    private static final PersonalData DEFAULT = PersonalData.builder().build();

    private static final Pattern MARKED = Pattern.compile("\u2039([A-Z_]+):([^\u203A]*)\u203A");

    @ParameterizedTest
    @MethodSource("found")
    void find_finds(String marked) {
        List<String> expected = new ArrayList<>();
        Matcher matcher = MARKED.matcher(marked);
        while (matcher.find()) {
            expected.add(matcher.group(1) + " " + matcher.group(2));
        }
        String text = matcher.replaceAll("$2");

        assertThat(expected).isNotEmpty();
        assertThat(DEFAULT.find(text))
                .extracting(match -> match.kind() + " " + text.substring(match.start(), match.end()))
                .isEqualTo(expected);
        assertThat(DEFAULT.mask(text)).isEqualTo(MARKED.matcher(marked).replaceAll("[$1]"));
        assertThat(DEFAULT.mask(DEFAULT.mask(text))).isEqualTo(DEFAULT.mask(text));
    }

    @ParameterizedTest
    @MethodSource("notFound")
    void find_raisesNoFalseAlarm(String text) {
        assertThat(DEFAULT.find(text)).extracting(Match::detail).isEmpty();
        assertThat(DEFAULT.mask(text)).isSameAs(text);
    }

    static Stream<String> found() throws IOException {
        return lines("personal-data-found.txt").map(line -> line.replace("\u00B7", ""));
    }

    static Stream<String> notFound() throws IOException {
        return lines("personal-data-not-found.txt");
    }

    private static Stream<String> lines(String resource) throws IOException {
        try (InputStream in = PersonalDataTest.class.getResourceAsStream(resource)) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return all.lines()
                    .filter(line -> !line.startsWith("# ") && !line.isEmpty())
                    .map(line -> line.replace("\\n", "\n"));
        }
    }

    @Test
    void find_doesNotDependOnTheDefaultLocale() throws Exception {
        List<String> texts = Stream.concat(found(), notFound()).toList();
        List<List<Match>> expected =
                texts.stream().map(text -> DEFAULT.find(text)).toList();
        for (String locale : List.of("tr-TR", "ar-EG", "th-TH-u-nu-thai")) {
            DefaultLocale.with(locale, () -> {
                PersonalData built = PersonalData.builder().build();
                assertThat(texts.stream().map(built::find)).isEqualTo(expected);
            });
        }
    }

    @Test
    void find_countsCharsOfTheText() {
        // the emoji takes two chars; the direction mark inside of the number is a part of it, that before it is not
        String text = "\uD83D\uDE00 \u200E+966 50\u200E 123 4567";

        assertThat(DEFAULT.find(text))
                .containsExactly(new Match(PersonalDataKind.PHONE, 4, 21, "international phone number"));
        assertThat(text).hasSize(21);
    }

    @Test
    void find_readsMathematicalDigitsAndKeyCaps() {
        assertThat(DEFAULT.mask("\uD835\uDFDA\uD835\uDFD8\uD835\uDFDA-555-0123"))
                .isEqualTo("[PHONE]");
        assertThat(DEFAULT.mask("2\uFE0F\u20E30\uFE0F\u20E32\uFE0F\u20E3-555-0123"))
                .isEqualTo("[PHONE]");
    }

    @Test
    void find_makesOneOfWhatOverlaps_ofTheKindThatComesFirst() {
        // a password that is an address: both from 10 to 25
        assertThat(DEFAULT.find("password: ana@example.com"))
                .containsExactly(new Match(PersonalDataKind.EMAIL, 10, 25, "email address"));
        // the password goes on after the address, and all of it is masked
        assertThat(DEFAULT.mask("password: ana@example.com#1x")).isEqualTo("password: [EMAIL]");
    }

    @Test
    void find_takesNumbersForTheMostSpecificOnly() {
        String card = "call 4111 1111 1111 1111";

        assertThat(kinds(PersonalDataKind.PHONE).find(card)).isEmpty();
        assertThat(kinds(PersonalDataKind.CARD).mask(card)).isEqualTo("call [CARD]");
        assertThat(kinds(PersonalDataKind.PHONE).find("phone SA0380000000608010167519"))
                .isEmpty();
    }

    @Test
    void kinds_looksForTheseOnly() {
        String text = "ana@example.com, 203.0.113.7, +1 202 555 0123";

        assertThat(kinds(PersonalDataKind.EMAIL, PersonalDataKind.PHONE).mask(text))
                .isEqualTo("[EMAIL], 203.0.113.7, [PHONE]");
    }

    @Test
    void builder_defaults() {
        assertThat(DEFAULT.kinds()).isEqualTo(EnumSet.allOf(PersonalDataKind.class));
        assertThat(DEFAULT.regions()).isEmpty();
        assertThat(DEFAULT.mask("ana@example.com")).isEqualTo("[EMAIL]");
    }

    @Test
    void builder_keepsWhatItBuilt() {
        PersonalData.Builder builder =
                PersonalData.builder().kinds(PersonalDataKind.EMAIL).region("US");
        PersonalData built = builder.build();
        builder.kinds(PersonalDataKind.CARD).region("GB");
        built.kinds().add(PersonalDataKind.IBAN);

        assertThat(built.kinds()).containsExactly(PersonalDataKind.EMAIL);
        assertThat(built.regions()).containsExactly("US");
    }

    @Test
    void builder_refusesWhatItCannotUse() {
        PersonalData.Builder builder = PersonalData.builder();

        assertThatThrownBy(builder::kinds)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("number of kinds must be at least 1 but was 0");
        assertThatThrownBy(() -> builder.kinds(PersonalDataKind.EMAIL, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("kind must not be null");
        assertThatThrownBy(() -> builder.region("XX"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("region must be one of AE, AR, AT,")
                .hasMessageEndingWith("ZA but was XX");
        assertThatThrownBy(() -> builder.region(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("region must not be blank");
        assertThatThrownBy(() -> builder.placeholder(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("placeholder must not be null");
    }

    @Test
    void match_refusesWhatIsNoPlaceInAText() {
        assertThatThrownBy(() -> new Match(PersonalDataKind.EMAIL, -1, 3, "email address"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("start must be at least 0 but was -1");
        assertThatThrownBy(() -> new Match(PersonalDataKind.EMAIL, 3, 3, "email address"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("end must be at least 4 but was 3");
        assertThatThrownBy(() -> new Match(null, 0, 3, "email address"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("kind must not be null");
        assertThatThrownBy(() -> new Match(PersonalDataKind.EMAIL, 0, 3, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("detail must not be blank");
    }

    @ParameterizedTest
    @CsvSource({
        "US, 2025550123",
        "US, 202 555 0123",
        "us, 12025550123",
        "CA, 6135550123",
        "GB, 02079460958",
        "GB, 07700900123",
        "DE, 03023125123",
        "DE, 030/23125123",
        "FR, 0199001234",
        "ES, 612345678",
        "ES, 612 34 56 78",
        "IT, 0612345678",
        "SA, 0501234567",
        "EG, 01001234567",
        "AE, 0501234567",
        "KW, 51234567",
        "IN, 9876543210",
        "IN, 09876543210",
        "BR, 11912345678",
        "CN, 13812345678",
        "JP, 09012345678",
        "RU, 89123456789",
        "NO, 40 12 34 56",
        "HU, 06 20 123 4567",
        "AU, 0491570006"
    })
    void region_makesItsNationalNumbersPhones(String region, String number) {
        assertThat(DEFAULT.find(number)).isEmpty();
        assertThat(PersonalData.builder().region(region).build().mask("a " + number + " b"))
                .isEqualTo("a [PHONE] b");
    }

    @ParameterizedTest
    @CsvSource({
        "US, 1700000000",
        "US, 202 555 012",
        "US, order 2025550123",
        "US, 0025550123",
        "GB, 2079460958",
        "NO, 20240131",
        "NO, 12345678",
        "NO, 40 12 34 56 kg",
        "ES, 512345678",
        "IN, 1234567890",
        "KW, 71234567",
        "BH, 21234567"
    })
    void region_takesNoOtherNumberForAPhone(String region, String text) {
        assertThat(PersonalData.builder().region(region).build().find(text)).isEmpty();
    }

    @Test
    void region_mayBeSeveral_andIsReadInNoLocale() throws Exception {
        // in Turkish the capital of i has a dot
        DefaultLocale.with("tr-TR", () -> {
            PersonalData both = PersonalData.builder().region("in").region("no").build();
            assertThat(both.regions()).containsExactly("IN", "NO");
            assertThat(both.mask("9876543210 40123456")).isEqualTo("[PHONE] [PHONE]");
        });
    }

    @Test
    void check_namesKindsAndPlaces_andNoValue() {
        Sample bad = Sample.of("t", "ana@example.com or bo@example.com, +1 202 555 0123", "a")
                .withId("bad");
        Sample good = Sample.of("t", "nothing here", "a").withId("good");

        List<Finding> findings = DEFAULT.check(List.of(bad, good));

        // 15 chars; " or " makes the second start at 19; it has 14; ", " makes the third start at 35; it has 15
        assertThat(findings)
                .containsExactly(
                        new Finding(
                                "personal-data",
                                "bad",
                                Verdict.FAIL,
                                OptionalDouble.of(0),
                                "has 2 email, 1 phone",
                                Map.of("email", "0-15 19-33", "phone", "35-50")),
                        Finding.pass("personal-data", "good"));
        assertThat(findings.get(0).metadata().keySet()).containsExactly("email", "phone");
    }

    @Test
    void check_neverQuotesWhatItFinds() throws IOException {
        Matcher matcher = MARKED.matcher("");
        for (String marked : found().toList()) {
            String text = matcher.reset(marked).replaceAll("$2");
            String finding = DEFAULT.check(List.of(Sample.of("t", text, "a").withId("id")))
                    .toString();
            matcher.reset();
            while (matcher.find()) {
                assertThat(finding).doesNotContain(matcher.group(2));
            }
        }
    }

    @Test
    void check_refusesNull() {
        assertThatThrownBy(() -> DEFAULT.check(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("examples must not be null");
        assertThatThrownBy(() -> DEFAULT.find(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("text must not be null");
        assertThatThrownBy(() -> DEFAULT.mask(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("text must not be null");
        assertThatThrownBy(() -> DEFAULT.maskJson(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("json must not be null");
    }

    @Test
    void placeholder_replacesTheDefault() {
        PersonalData stars = PersonalData.builder()
                .placeholder(kind -> kind == PersonalDataKind.EMAIL ? "<\"mail\">" : "$1")
                .build();

        assertThat(stars.mask("ana@example.com, 203.0.113.7")).isEqualTo("<\"mail\">, $1");
        assertThat(stars.maskJson("\"ana@example.com, 203.0.113.7\"")).isEqualTo("\"<\\\"mail\\\">, $1\"");
    }

    @Test
    void placeholder_mustNotBeNull() {
        PersonalData none = PersonalData.builder().placeholder(kind -> null).build();

        assertThat(none.mask("nothing")).isEqualTo("nothing");
        assertThatThrownBy(() -> none.mask("ana@example.com"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("placeholder must not be null");
    }

    /** What was masked hides what stood beside it, or the word that decided about it: found in a second look. */
    @Test
    void mask_twiceChangesNothing_whateverStandsTogether() throws IOException {
        List<String> parts = new ArrayList<>(List.of("-", ".", "/", ":", "@", "(", ")", "+", "\"", "[", "]", "="));
        Stream.concat(found(), notFound())
                .map(line -> MARKED.matcher(line).replaceAll("$2"))
                .forEach(parts::add);
        Random random = new Random(7);
        for (int n = 0; n < 5_000; n++) {
            StringBuilder text = new StringBuilder();
            for (int k = random.nextInt(6); k >= 0; k--) {
                String part = parts.get(random.nextInt(parts.size()));
                int cut = random.nextInt(4) == 0 ? random.nextInt(part.length()) : 0;
                text.append(part.substring(cut)).append(random.nextBoolean() ? " " : "");
            }
            String once = DEFAULT.mask(text.toString());
            assertThat(DEFAULT.mask(once)).isEqualTo(once);
        }
    }

    @Test
    void find_readsAnything() {
        RandomText random = new RandomText(11);
        for (int n = 0; n < 5_000; n++) {
            String text = random.next(20);
            int last = 0;
            for (Match match : DEFAULT.find(text)) {
                assertThat(match.start()).isGreaterThanOrEqualTo(last);
                last = match.end();
            }
            assertThat(last).isLessThanOrEqualTo(text.length());
        }
    }

    @Test
    void maskJson_masksStringsAndCopiesAllElse() {
        String json = """
                { "a@example.com" : "ana@example.com",  "n": [4111111111111111, 1.0E+2, -0, 1e400],
                  "deep": {"list": ["x", "call +1 202 555 0123 \\u00e9\\n", true, null, ""]}, "a@example.com": "\\/" }
                """;

        assertThat(DEFAULT.maskJson(json)).isEqualTo("""
                { "a@example.com" : "[EMAIL]",  "n": [4111111111111111, 1.0E+2, -0, 1e400],
                  "deep": {"list": ["x", "call [PHONE] \\u00e9\\n", true, null, ""]}, "a@example.com": "\\/" }
                """);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "`\"ana\\u0040example.com\"` | `\"[EMAIL]\"`",
                "`\"\\\"ana@example.com\\\"\"` | `\"\\\"[EMAIL]\\\"\"`",
                "`\"\\ud83d\\ude00 ana@example.com \\ud83d\"` | `\"\\ud83d\\ude00 [EMAIL] \\ud83d\"`",
                "`\"\\u0661\\u0668 \\u0040 ana@example.com\\n\"` | `\"\\u0661\\u0668 \\u0040 [EMAIL]\\n\"`",
                "`[\"a@example.com\",\"b@example.com\"]` | `[\"[EMAIL]\",\"[EMAIL]\"]`",
                "`  \"none\" ` | `  \"none\" `",
                "`12` | `12`",
                "`null` | `null`",
                "`{}` | `{}`"
            })
    void maskJson_readsEscapes(String json, String expected) {
        assertThat(DEFAULT.maskJson(json)).isEqualTo(expected);
    }

    @Test
    void maskJson_readsTheNamesOfMembers() {
        assertThat(DEFAULT.maskJson("{\"phone\":\"5550123\",\"order\":\"5550123\",\"x\":\"5550123\"}"))
                .isEqualTo("{\"phone\":\"[PHONE]\",\"order\":\"5550123\",\"x\":\"5550123\"}");
        assertThat(DEFAULT.maskJson("{\"phoneNumbers\":[[\"5550123\"],\"5550124\"],\"user_password\":\"hunter2x\"}"))
                .isEqualTo("{\"phoneNumbers\":[[\"[PHONE]\"],\"[PHONE]\"],\"user_password\":\"[SECRET]\"}");
        assertThat(DEFAULT.maskJson("{\"version\":\"10.20.30.40\",\"ip\":\"10.20.30.40\"}"))
                .isEqualTo("{\"version\":\"10.20.30.40\",\"ip\":\"[IP_ADDRESS]\"}");
    }

    @Test
    void maskJson_bearsDepthAndLength() {
        int depth = 100_000;
        String deep = "[".repeat(depth) + "\"ana@example.com\"" + "]".repeat(depth);
        String number = "9".repeat(100_000);
        String objects = "{\"a\":".repeat(depth) + number + "}".repeat(depth);

        assertThat(DEFAULT.maskJson(deep)).isEqualTo(deep.replace("ana@example.com", "[EMAIL]"));
        assertThat(DEFAULT.maskJson(objects)).isEqualTo(objects);
        // longer than the buffer of the parser, so that offsets count from the start of the document
        String padded = "{\"pad\":\"" + "x ".repeat(50_000) + "\", \"to\":\"ana@example.com\"}";
        assertThat(DEFAULT.maskJson(padded)).isEqualTo(padded.replace("ana@example.com", "[EMAIL]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": \"ana@example.com\"",
                "{\"a\": \"ana@example.com}",
                "{'a': 'ana@example.com'}",
                "{\"a\": ana@example.com}",
                "[\"ana@example.com\",]",
                "\"ana@example.com\" \"bo@example.com\"",
                "{} {\"a\": \"ana@example.com\"}",
                "1 2",
                "[NaN]",
                "[\"ana@example.com\\x\"]",
                "ana@example.com"
            })
    void maskJson_refusesWhatIsNoJson_andQuotesNothing(String json) {
        assertThatThrownBy(() -> DEFAULT.maskJson(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageMatching("json must be one JSON document but is not valid at line \\d+, column \\d+");
    }

    @Test
    void maskJson_refusesEmptiness_andSaysWhere() {
        assertThatThrownBy(() -> DEFAULT.maskJson(" \n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("json must be a JSON document but is empty");
        assertThatThrownBy(() -> DEFAULT.maskJson("{\n  \"a\" 1}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("json must be one JSON document but is not valid at line 2, column ");
    }

    @Test
    void maskJson_keepsAnyDocumentWhatItWas() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        RandomText random = new RandomText(3);
        List<String> texts = Stream.concat(found(), notFound())
                .map(line -> MARKED.matcher(line).replaceAll("$2"))
                .toList();
        for (int n = 0; n < 500; n++) {
            String name = random.next(5);
            String text = random.next(5) + texts.get(random.random().nextInt(texts.size()));
            String json = mapper.createObjectNode().put(name, text).put("n", n).toString();

            String masked = DEFAULT.maskJson(json);

            JsonNode tree = mapper.readTree(masked);
            assertThat(tree.fieldNames()).toIterable().isEqualTo(List.copyOf(names(mapper.readTree(json))));
            assertThat(DEFAULT.maskJson(masked)).isEqualTo(masked);
        }
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "@",
                "-",
                " ",
                "1 ",
                "1-",
                "1.",
                "(1)",
                "((",
                "+1",
                "a@",
                "a.",
                "a@a.",
                "::",
                "f:",
                "a:a:",
                "A",
                "DE89 ",
                "password:",
                "password: ",
                "key ",
                "eyJ.",
                "eyJhbGciOiJIUzI1NiJ9.",
                "-----BEGIN PRIVATE KEY-----",
                "-----BEGIN ",
                "://a:",
                "a/",
                "call 5550123 ",
                "call 1700000000 ",
                "4111 1111 1111 1111 ",
                "\u0301",
                "\u00E9",
                "\u7535\u8BDD1234567",
                "\u5BC6\u7801",
                "\u200F",
                "\uD83D\uDE00",
                "order@example.com 5550123 phone "
            })
    void find_takesLinearTime(String unit) {
        String text = unit.repeat(400_000 / unit.length());
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        PersonalData regional = PersonalData.builder().region("US").region("NO").build();

        long start = clock.getCurrentThreadCpuTime();
        regional.find(text);

        // well under a second; the square of 400,000 steps, of half a nanosecond each, takes more than a minute
        assertThat(clock.getCurrentThreadCpuTime() - start).isLessThan(3_000_000_000L);
    }

    private static PersonalData kinds(PersonalDataKind... kinds) {
        return PersonalData.builder().kinds(kinds).build();
    }

    @Test
    void check_readsAllOfAConversationAndAnItem() {
        Conversation chat = Conversation.of(
                new Message(
                        "assistant",
                        "",
                        List.of(new Message.ToolCall("1", "mail", "{\"to\":\"jane.doe@example.org\"}")),
                        null,
                        null),
                Message.assistant("Done."));
        Item item = Item.parse("{\"context\":{\"mail\":[\"jane.doe@example.org\"]}}");
        Item clean = Item.parse("{\"context\":\"none\"}");

        assertThat(PersonalData.builder().build().check(List.of(chat, item, clean)))
                .extracting(Finding::reason)
                .containsExactly("has 1 email", "has 1 email", "");
    }
}
