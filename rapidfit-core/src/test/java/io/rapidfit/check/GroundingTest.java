package io.rapidfit.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.data.Conversation;
import io.rapidfit.data.Item;
import io.rapidfit.data.Message;
import io.rapidfit.data.Sample;
import io.rapidfit.testing.DefaultLocale;
import io.rapidfit.testing.RandomText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroundingTest {

    private static final Grounding DEFAULT = Grounding.builder().build();

    private static List<String> ungrounded(String response, String... sources) {
        return DEFAULT.ungrounded(response, List.of(sources));
    }

    private static Conversation chat(String answer, String toolAnswer) {
        return Conversation.of(
                Message.user("How is it?"),
                new Message(
                        "assistant",
                        "",
                        List.of(new Message.ToolCall("c1", "get_weather", "{\"city\": \"Oslo\", \"days\": 3}")),
                        null,
                        null),
                new Message("tool", toolAnswer, List.of(), "c1", null),
                Message.assistant(answer));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    it is 21            | 21
                    it is 21.0          | 21
                    it is 21            | 21.00
                    it is 021           | 21
                    it is 21\u00b0C     | 21
                    it is 21 degrees    | 21\u00b0C
                    wind of 15km/h      | 15
                    at 3pm              | 3 pm
                    on the 2nd          | 2
                    it costs $1,200     | 1200
                    it costs 1.200 euros| 1200
                    it costs 1 200 \u20ac   | 1200
                    it costs 1'200      | 1200
                    it costs 1,234.50   | 1234.5
                    it costs 1.234,50   | 1234.5
                    it costs 1 234,50   | 1234.5
                    it costs 12,34,567  | 1234567
                    it costs 1200       | 1,200
                    it costs 1200       | 1 200
                    it is 21,4          | 21.4
                    it is -5            | -5
                    it is \u22125       | -5
                    it is minus 5       | -5
                    Minus 5 it is       | -5.0
                    it is negative 5    | {"temp":-5}
                    it is +5            | 5
                    it is 5             | +5
                    it is -5            | minus 5
                    at 07:30            | 7:30
                    at 7:30             | 2024-05-06T07:30:00Z
                    at 7:30 pm          | 19:30
                    at 7:30 p.m.        | 19:30
                    at 7pm              | 19:00
                    at 19:00            | 7 PM
                    at 12 am            | 00:00
                    at 12:15 pm         | 12:15
                    on 6/5/2024         | 2024-05-06
                    on 06.05.2024       | 2024-05-06
                    on 2024-05-06T07:30 | 2024-05-06 07:30
                    from 20-25          | 20 to 25
                    from 20\u201325\u00b0C | 20 and 25
                    from 20\u00b0-25\u00b0 | 20 and 25
                    from 20% to 30%     | 0.2 and 0.3
                    with 40%            | 40
                    with 40 %           | 0.4
                    with 40 percent     | 0.40
                    with .5 of it       | 0.5
                    flight BA2490       | BA2490
                    flight BA2490       | BA 2490
                    between 100 200     | 200 and then 100
                    \u0662\u0661 or \u096d | 21 and 7
                    21 or 7             | \u0662\u0661 \u096d
                    \u0662\u066b\u0665  | 2.5
                    \uff12\uff11        | 21
                    with 2 and 12       | two of twelve
                    at 0                | Zero
                    about 1500          | {"x":1.5e3}
                    the 10 and 20       | [10,20]
                    the 200 there       | [1,200]
                    of [1,2]            | [1,2]
                    of 1,2              | 1,2
                    of 1,2              | 2 and 1
                    of [10,20]          | 20 of 10
                    of 1,2              | 1.2
                    of [1.5,2.5]        | [1.5,2.5]
                    of 1,2,3            | 3 2 1
                    with 80 per cent    | 0.8
                    with 80 per cent    | 80%
                    about 3             | {"2024-05-03":1}
                    about 7             | {"a":"{\\"b\\":[\\"7 of them\\"]}"}
                    21 \u00b0C\\nat noon | 21
                    """)
    void ungrounded_findsEqualNumbers(String response, String source) {
        assertThat(ungrounded(response.replace("\\n", "\n"), source)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    it is 22\u00b0C     | 21            | 22\u00b0C
                    it is 5             | -5            | 5
                    it is -5            | 5             | -5
                    it is minus 5       | 5             | 5
                    at -5               | 0-5           | -5
                    at 07:45            | 07:30         | 07:45
                    at 7:30 pm          | 20:30         | 7:30
                    at 12 am            | 12:00 and 24  | ''
                    at 3pm              | 13:00         | 3pm
                    on 2024-05-07       | 2024-05-06    | 2024-05-07
                    on 6.5.2023         | 2024-05-06    | 6.5.2023
                    from 20-26          | 20 to 25      | 20-26
                    with 40%            | 4             | 40%
                    with 100%           | 1             | 100%
                    flight BA2491       | BA2490        | BA2491
                    it costs 1,200      | 1 and 200     | 1,200
                    of [1,2]            | [1,3]         | 1,2
                    with 80 per centime | 0.8           | 80
                    it costs 1,200      | 12,00         | 1,200
                    it costs 0,200      | 200           | 0,200
                    it is 1.5           | 15            | 1.5
                    it is 14            | thirteen      | 14
                    it is 100           | 1000          | 100
                    a 2 million         | 2000000       | 2
                    \u0662\u0662        | 21            | \u0662\u0662
                    about 200           | 1,200         | 200
                    about 1500          | 1.5e9999      | 1500
                    """)
    void ungrounded_namesOtherNumbers(String response, String source, String named) {
        assertThat(ungrounded(response, source)).isEqualTo(named.isEmpty() ? List.of() : List.of(named));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    twenty-five degrees       | 25
                    Twenty five degrees       | {"temp":25.3}
                    it is TWENTY\u201125     | twenty and 25
                    25 degrees                | twenty-five
                    13, 19 and 90             | thirteen nineteen ninety
                    one hundred of them       | 100
                    two hundred and six       | 206
                    206                       | two hundred six
                    nineteen hundred          | 1900
                    twelve thousand and forty | 12,040
                    three hundred thousand    | 300000
                    ninety-nine thousand one hundred and one | 99101
                    a hundred miles           | 100
                    100 or 1000               | a hundred or a thousand
                    21.4 or 0.05              | twenty-one point four, zero point zero five
                    twenty-one point four     | 21.4
                    minus five                | -5
                    -5                        | minus five
                    negative twenty-one       | -21
                    two degrees               | 2
                    a five-day one            | 5
                    on the twenty-fifth       | 2024-05-25
                    25 or 13                  | twenty-fifth or thirteenth
                    eighty percent            | 0.8
                    eighty per cent           | 80%
                    seven pm                  | 19:00
                    fifty\u00b0              | 50
                    """)
    void ungrounded_readsNumbersInWords(String response, String source) {
        assertThat(ungrounded(response, source)).isEmpty();
        assertThat(ungrounded(response, "nothing of it")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    twenty-five degrees       | 21        | twenty-five
                    minus five                | 21 and 5  | five
                    negative one              | 1         | one
                    Thirteen it is            | 12        | Thirteen
                    eighty per cent           | 0.7       | eighty
                    two hundred and six       | 200 and 6 | two hundred and six
                    a hundred degrees         | 21        | hundred
                    twenty-one point nine     | 21.4      | twenty-one point nine
                    one point five            | 21        | one point five
                    ninety ninety             | 180       | ninety
                    the thirty-first          | 30        | thirty-first
                    for twenty-minute walks   | 10        | twenty
                    zero degrees              | 21        | zero
                    nine PM                   | 21.4      | nine
                    20                        | in her twenties | 20
                    5                         | twenty-five | 5
                    20                        | twenty-five | 20
                    100                       | hundreds  | 100
                    2                         | a second  | 2
                    """)
    void ungrounded_namesOtherNumbersInWords(String response, String source, String named) {
        assertThat(ungrounded(response, source)).isEqualTo(named.isEmpty() ? List.of() : List.of(named));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "degrees",
                "per cent",
                "percent",
                "km",
                "kilometres",
                "kilometers",
                "miles",
                "mile",
                "mph",
                "knots",
                "metres",
                "meters",
                "mm",
                "cm",
                "inches",
                "inch",
                "hours",
                "minutes",
                "days",
                "day",
                "o'clock",
                "o\u2019clock",
                "am",
                "p.m.",
                "PM"
            })
    void ungrounded_namesSmallNumbersInWordsWithAUnit(String unit) {
        assertThat(ungrounded("it is two " + unit + " or twelve-" + unit)).containsExactly("two", "twelve");
        assertThat(ungrounded("it is one " + unit)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "one of two cents, take five, ten to twelve of them",
                "a hundred thanks, a thousand times, hundreds, the twenties, often, a tenth",
                "first and second, the third day, one day at one o'clock",
                "below zero degrees or above zero",
                "two hoursx and three amx",
            })
    void ungrounded_leavesOutWordsThatStateNoNumber(String response) {
        assertThat(ungrounded(response)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    5 degrees below zero      | {"temp":-5}
                    5\u00b0C below 0          | {"temp":-5}
                    5 \u00b0C below freezing  | {"temp":-5.2}
                    five degrees Celsius below zero | {"temp":-5}
                    -5                        | 5 degrees below zero
                    down 5%                   | {"change":-5}
                    down 5%                   | {"change":-0.05}
                    it is down by $5          | {"change":-5}
                    it fell 5 degrees         | {"change":-5}
                    it fell 5 degrees         | {"change":5}
                    it dropped by 5           | {"change":-5}
                    it lost 5 points          | {"change":-5}
                    cooler by 5               | {"change":-5}
                    cooler by fifteen         | {"change":-15}
                    10 minus 5                | 10 and 5
                    """)
    void ungrounded_takesWhatFellForEitherSign(String response, String source) {
        assertThat(ungrounded(response, source)).isEmpty();
        assertThat(ungrounded(response, "nothing of it")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "it is 5 degrees",
                "5 degrees below deck",
                "5 degrees of the kind that is below zero",
                "5 degrees. Below zero",
                "5 degrees below zeroes",
                "it fell to 5 degrees",
                "in lockdown 5 degrees",
                "below 5 degrees",
                "warmer by 5",
            })
    void ungrounded_namesNumbersOfTheOtherSign(String response) {
        assertThat(ungrounded(response, "-5")).containsExactly("5");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    7:30 in the evening       | 19:30
                    7:30 tonight              | {"at":"2024-05-01T19:30:00"}
                    7 tonight                 | 19:00
                    7 o'clock                 | 19:00
                    seven o'clock             | 19:00
                    the 7 that is no hour     | 19:00
                    19                        | 7 pm
                    from 7 to 9               | 19:00 - 21:00
                    from 7-9                  | 19:00-21:00
                    12 o'clock                | 00:00
                    9 PM                      | 9
                    9 PM                      | {"hour":21}
                    9 PM                      | nine o'clock
                    nine PM                   | 21:00
                    7 in the morning          | 07:00
                    7:30 am                   | 7:30 in the morning
                    7 tonight                 | a low of 6.8
                    12:30 am                  | 0:30
                    13 minutes 45 seconds     | 13:45
                    """)
    void ungrounded_findsTheSameHour(String response, String source) {
        assertThat(ungrounded(response, source)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    9 PM                      | {"temp":21.4}
                    9 PM                      | {"temp":9.2}
                    7:30                      | 7 and 30.4
                    7:30 am                   | 19:30
                    7 am                      | 7 pm
                    7 pm                      | 7 am
                    7:30 in the morning       | 19:30
                    7 this morning            | 19:30
                    8 tonight                 | 19:30
                    7 o'clock                 | 18:00
                    7 degrees                 | 19:30
                    7%                        | 19:30
                    -7                        | 19:30
                    7.5                       | 19:30
                    7/8/2024                  | 8 of 2024 at 19:30
                    11                        | 23.0
                    """)
    void ungrounded_namesOtherHours(String response, String source) {
        assertThat(ungrounded(response, source)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "21, 21.4, true",
        "21, 20.5, true", // halves round up
        "21, 21.5, true", // or to even, or down: people do all three
        "21, 21.51, false",
        "21, 20.49, false",
        "21.4, 21.44, true",
        "21.4, 21.46, false",
        "21.4, 21, false",
        "21.0, 21.04, true",
        "21.0, 21.4, false",
        "-3, -3.2, true",
        "-3, 3.2, false",
        "0, 0.3, true",
        "0, -0.3, true",
        "44%, 0.436, true",
        "44%, 0.446, false",
    })
    void ungrounded_takesANumberThatRoundsToIt(String stated, String source, boolean isGrounded) {
        assertThat(ungrounded("it is " + stated, source).isEmpty()).isEqualTo(isGrounded);
    }

    @Test
    void ungrounded_leavesOutTheNumbersOfLists() {
        assertThat(ungrounded(
                        "1. an umbrella\n  2) boots\n- 3. gloves\n**4.** a hat\n5\uFE0F\u20E3 a scarf\n6.\nbut 7"))
                .containsExactly("7");
        assertThat(ungrounded("2024. it was\n1.5 of it")).containsExactly("2024", "1.5");
        assertThat(ungrounded("see 1. and 2) of it")).containsExactly("1", "2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    the sun in Paris          | paris
                    the sun in Paris's parks  | Paris
                    the sun in Paris\u2019s parks | it is Paris
                    the sun in Paris          | Paris\u2019s
                    the sun of James'         | James
                    in S\u00e3o Paulo         | Sao PAULO
                    in Zurich                 | Z\u00fcrich
                    in Z\u00fcrich            | {"city":"Z\\u00fcrich"}
                    in Oslo                   | {"text":"first\\nOslo"}
                    in Saint-Denis            | saint denis
                    in Saint-Denis            | SaintDenis
                    in Saint Denis            | Saint-Denis
                    on WiFi                   | wi-fi
                    on Wi-Fi                  | WiFi
                    a Paris-based one         | Paris
                    the UV index              | {"uv_index":3}
                    the Speed                 | {"windSpeed":3}
                    the Wind                  | {"windSpeed":3}
                    of NASA's                 | Nasa
                    of the U.S. and           | the US
                    of the US and             | the U.S.
                    to O\u2019Brien's house   | O'Brien
                    in Ankara'da              | Ankara
                    in Ankara                 | Ankara'da
                    in \u0130stanbul          | Istanbul
                    in Istanbul               | \u0130STANBUL
                    in \u041c\u043e\u0441\u043a\u0432\u0430 | \u043c\u043e\u0441\u043a\u0432\u0430
                    \u4eca\u5929Paris\u5f88\u597d | Paris\u7684\u5929\u6c14
                    \u0641\u064a Paris        | paris
                    """)
    void ungrounded_findsTheSameName(String response, String source) {
        assertThat(ungrounded(response, source)).isEmpty();
        assertThat(ungrounded(response, "nothing of it")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    the sun in Paris          | Parisians     | Paris
                    the sun in New York       | new           | York
                    in Saint-Denis            | Saint         | Saint-Denis
                    of NASA and **ESA**       | NASA          | ESA
                    NASA says so              | Nase          | NASA
                    NASA's plan               | a             | NASA
                    well, Ana's plan          | a             | Ana
                    it is (Rome)              | a             | Rome
                    it's Dr. Smith            | a             | Smith
                    in _Rome_, [Pisa](x)      | pisa          | Rome
                    21 in Rome                | 21            | Rome
                    about COVID-19            | 19            | COVID-19
                    in \u041c\u043e\u0441\u043a\u0432\u0430 | a | \u041c\u043e\u0441\u043a\u0432\u0430
                    \u4eca\u5929Paris\u5f88\u597d | \u5929 | Paris
                    """)
    void ungrounded_namesOtherNames(String response, String source, String named) {
        assertThat(ungrounded(response, source)).containsExactly(named);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Paris is sunny. Rome is not! Is it? \u201cPerhaps,\u201d he says: Maybe; \u2014 No\u2026 Yes",
                "Hi\nThere\r\nYou\n- An umbrella\n* Boots\n1) Gloves\n# Title\n> Quoted | Cell",
                "\u2600\uFE0F Sunny \uD83C\uDF27 Rainy\n1\uFE0F\u20E3 Windy",
                "and I think I'm sure I\u2019ll see, as I'd've said",
                "on Monday, May 6 or Tue, 6 Jan, it is 6 \u00b0C or 6 Celsius at 6 AM, OK, Mr and Dr. or so",
                "vitamin C, plan B and a T-shirt",
                "it is 6\u00b0C. The wind is 6",
                "WARNING: HEAVY RAIN AHEAD. so be it", // shouting
                "6 Degrees", // what opens goes on after a number
                "an iPhone or eBay",
                "\u4eca\u5929\u5f88\u597d \u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
            })
    void ungrounded_leavesOutWhatNeedNotBeAName(String response) {
        assertThat(ungrounded(response, "6")).isEmpty();
    }

    @Test
    void ungrounded_keepsTheOrder_andNamesNothingTwice() {
        assertThat(ungrounded("we saw Rome at 7, then Pisa at 8, Rome's 7 hills", "Oslo at 9"))
                .containsExactly("Rome", "7", "Pisa", "8");
        assertThat(ungrounded("no more than that")).isEmpty();
        assertThat(ungrounded("")).isEmpty();
    }

    @Test
    void knownNames_areNamesWhereTheyOpenASentence() {
        Grounding grounding =
                Grounding.builder().knownNames(List.of("paris", "New York")).build();

        assertThat(grounding.ungrounded("Paris is sunny. Rome, too.\nYork's as well", List.of("it is sunny")))
                .containsExactly("Paris", "York");
        assertThat(grounding.ungrounded("Paris is sunny", List.of("PARIS"))).isEmpty();
        assertThat(grounding.ungrounded("such paris is no name", List.of())).isEmpty();
    }

    @Test
    void learn_takesWhatIsWrittenAsANameMoreOftenThanOtherwise() {
        Grounding grounding = Grounding.builder()
                .learn(chat(
                        "Sunny it is in Rome, Sure", "{\"city\": \"Pisa\", \"sky\": \"Clear Skies\", \"Wind\": \"x\"}"))
                .learn(chat("I see. Maybe so.", "{\"note\": \"Bring an umbrella\", \"sky\": \"Mostly Cloudy\"}"))
                .learn(Item.of(Map.of("query", "tell us of Lima", "response", "it is sure to be cloudy there")))
                .build();

        String response = "Oslo. Rome. Pisa. Clear. Skies. Lima. Mostly so. " // Oslo is an argument
                + "Sunny. Maybe. Wind. Bring it. See? " // never written as names
                + "Sure. Cloudy."; // once as names, once in lower case
        assertThat(grounding.ungrounded(response, List.of()))
                .containsExactly("Oslo", "Rome", "Pisa", "Clear", "Skies", "Lima", "Mostly");
    }

    @Test
    void learn_countsNoLowerCaseOfUsersAndCalls() {
        Conversation lima = Conversation.of(
                Message.user("and in lima? in lima, i say"),
                new Message(
                        "assistant",
                        "",
                        List.of(new Message.ToolCall("c1", "get_weather", "{\"city\": \"lima\"}")),
                        null,
                        null),
                new Message("tool", "{\"city\": \"Lima\", \"sky\": \"Clear\"}", List.of(), "c1", null),
                Message.assistant("It is clear."));

        // Lima: once as a name, never in lower case that counts; clear: once each
        assertThat(Grounding.builder().learn(lima).build().ungrounded("Lima. Clear.", List.of()))
                .containsExactly("Lima");
        // Lima: once each, then twice as a name
        Conversation lower = Conversation.of(Message.user("?"), Message.assistant("it is lima"));
        Grounding.Builder builder = Grounding.builder().learn(lima).learn(lower);
        assertThat(builder.build().ungrounded("Lima. Clear.", List.of())).isEmpty();
        assertThat(builder.learn(lima).build().ungrounded("Lima. Clear.", List.of()))
                .containsExactly("Lima");
    }

    @Test
    void knownNames_stayNamesThatAreWrittenInLowerCase() {
        Grounding grounding = Grounding.builder()
                .knownNames(List.of("Nice"))
                .learn(Conversation.of(Message.user("?"), Message.assistant("it is nice, so nice")))
                .build();

        assertThat(grounding.ungrounded("Nice is sunny", List.of())).containsExactly("Nice");
    }

    @Test
    void allow_takesFormsOfAddress() {
        assertThat(ungrounded("Ahoy, Matey! Hello, Paris!")).containsExactly("Matey", "Paris");
        assertThat(Grounding.builder().allow("Matey").build().ungrounded("Ahoy, Matey! Hello, Paris!", List.of()))
                .containsExactly("Paris");
    }

    @Test
    void learn_isBounded() {
        Grounding.Builder builder = Grounding.builder();
        for (int i = 0; i < 120; i++) {
            int from = i * 1_000;
            builder.learn(Conversation.of(Message.user(IntStream.range(from, from + 1_000)
                    .mapToObj(n -> "see " + name(n))
                    .collect(Collectors.joining(", ")))));
        }
        Grounding grounding = builder.build();

        assertThat(grounding.ungrounded(name(99_999) + " is one", List.of())).containsExactly(name(99_999));
        assertThat(grounding.ungrounded(name(100_000) + " is one too many", List.of()))
                .isEmpty();
    }

    /** Letters alone, one word for each number. */
    private static String name(int number) {
        return "N"
                + String.valueOf(number)
                        .chars()
                        .mapToObj(c -> String.valueOf((char) (c - '0' + 'a')))
                        .collect(Collectors.joining());
    }

    @Test
    void allow_letsAnyResponseStateIt() {
        Grounding grounding = Grounding.builder()
                .allow("Ana of ACME", "24 hours")
                .allow("CO2")
                .build();

        assertThat(grounding.ungrounded("so says Ana, of ACME in Rome, of 24 and 25, of CO2", List.of()))
                .containsExactly("Rome", "25");
    }

    @Test
    void numbersAndNames_canBeTurnedOff() {
        String response = "das Wetter am 7. in Rom";

        assertThat(ungrounded(response)).containsExactly("Wetter", "7", "Rom");
        assertThat(Grounding.builder().names(false).build().ungrounded(response, List.of()))
                .containsExactly("7");
        assertThat(Grounding.builder().numbers(false).build().ungrounded(response, List.of()))
                .containsExactly("Wetter", "Rom");
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> Grounding.builder().numbers(false).names(false).build())
                .withMessage("nothing to look for: do not turn both numbers and names off");
    }

    @Test
    void check_judgesAChatByAllThatWasSaidBefore() {
        Conversation right = chat("It is 21\u00b0C in Oslo, for 3 days.", "{\"temp\": 21.3}");
        Conversation wrong = chat("It is 24\u00b0C in Bergen, for 3 days, 24\u00b0C.", "{\"temp\": 21.3}");

        assertThat(DEFAULT.check(List.of(right, wrong)))
                .containsExactly(
                        Finding.pass("grounding", right.id()),
                        // of 24, Bergen and 3 one is found
                        Finding.fail(
                                        "grounding",
                                        wrong.id(),
                                        1 - 2.0 / 3,
                                        "states what its sources do not have: 24\u00b0C, Bergen")
                                .withMetadata(Map.of("numbers", "24\u00b0C", "names", "Bergen", "stated", "3")));
        assertThat(DEFAULT.check(List.of(wrong)).get(0).metadata().keySet())
                .containsExactly("numbers", "names", "stated");
    }

    @Test
    void check_learnsNamesFromAllExamples() {
        Conversation parisian = Conversation.of(Message.user("weather?"), Message.assistant("Paris is sunny."));
        Conversation other = Conversation.of(Message.user("weather in Paris?"), Message.assistant("It is sunny."));

        assertThat(DEFAULT.check(List.of(parisian)))
                .extracting(Finding::verdict)
                .containsExactly(Verdict.PASS);
        assertThat(DEFAULT.check(List.of(parisian, other)))
                .extracting(Finding::reason)
                .containsExactly("states what its sources do not have: Paris", "");
        assertThat(DEFAULT.check(List.of(parisian))) // nothing stays behind
                .extracting(Finding::verdict)
                .containsExactly(Verdict.PASS);
    }

    @Test
    void check_doesNotJudgeWhatHasNoResponse() {
        Conversation asked = Conversation.of(Message.user("it is 7 in Rome"));
        Sample sample = Sample.of("topic", "it is 7 in Rome", "label");
        Item plain = Item.of(Map.of("query", "it is 7 in Rome"));

        assertThat(DEFAULT.check(List.of(asked, sample, plain))).isEmpty();
        assertThat(DEFAULT.check(List.of(Conversation.of(Message.user("?"), Message.assistant("")))))
                .extracting(Finding::verdict)
                .containsExactly(Verdict.PASS);
    }

    @Test
    void check_judgesAnItemByItsFields() {
        Item item = Item.parse("{\"query\": \"how high?\", \"context\": {\"metres\": 4806}, \"reference\": \"in 1990\","
                + " \"response\": \"it had 4,806 m in 1990\"}");
        Item bare = Item.of(Map.of("response", "it had 4,806 m"));

        assertThat(DEFAULT.check(List.of(item)))
                .extracting(Finding::reason)
                .containsExactly("states what its sources do not have: 1990");
        assertThat(Grounding.builder().fields("context", "reference").build().check(List.of(item)))
                .containsExactly(Finding.pass("grounding", item.id()));
        assertThat(DEFAULT.check(List.of(bare)))
                .containsExactly(Finding.error("grounding", bare.id(), "has none of the fields query, context"));
    }

    @Test
    void check_namesTen_andCountsTheOthers() {
        Conversation twelve = chat("it has 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22", "{}");

        Finding finding = DEFAULT.check(List.of(twelve)).get(0);

        assertThat(finding.reason())
                .isEqualTo("states what its sources do not have: 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 and 2 more");
        assertThat(finding.metadata().get("numbers")).endsWith("20, 21, 22");
        assertThat(finding.score()).hasValue(0);
    }

    @Test
    void sources_areWhatCameBeforeTheResponse() {
        Conversation chat = Conversation.of(
                Message.system("be kind"),
                new Message("user", "hi", List.of(), null, "Ana"),
                new Message("assistant", "", List.of(new Message.ToolCall("1", "f", "{\"a\":1}")), null, null),
                new Message("tool", "{}", List.of(), "1", null),
                Message.assistant("Hello"),
                Message.user("bye"));

        assertThat(DEFAULT.sources(chat)).containsExactly("be kind", "hi", "Ana", "", "{\"a\":1}", "{}");
        assertThat(DEFAULT.sources(Item.of(Map.of("context", "c", "query", "q", "other", "o"))))
                .containsExactly("q", "c");
        assertThat(DEFAULT.sources(Sample.of("topic", "text", "label"))).isEmpty();
    }

    @Test
    void ungrounded_isTheSameUnderEveryLocale() throws Exception {
        for (String locale : List.of("tr-TR", "ar-EG", "de-DE")) {
            DefaultLocale.with(locale, () -> {
                assertThat(ungrounded("we see IBIZA and Ibiza, IT too, 1,5 or 7 PM", "ibiza it 1.5 19:00"))
                        .isEmpty();
                assertThat(ungrounded("we see Izmir at 7", "8")).containsExactly("Izmir", "7");
            });
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void ungrounded_takesLongAndHostileTexts() {
        String digits = "7".repeat(100_000);
        assertThat(ungrounded("it is " + digits, digits)).isEmpty();
        assertThat(ungrounded("it is " + digits, digits + "7")).hasSize(1);
        assertThat(ungrounded("it is 3." + digits, "3." + digits)).isEmpty();
        for (String piece : List.of(
                "1,",
                "1.",
                "1 ",
                "1-",
                "1:",
                "1 234 ",
                "\"",
                "\\\"",
                "{",
                "[[",
                "{\"a\":",
                "* ",
                "A",
                "A.",
                "A-",
                "A'",
                "a\u0301",
                "\u0301",
                "I\u0307",
                "\u202E\u05D0",
                "\uD83D\uDE00",
                "\uD83D",
                "1\uFE0F\u20E3",
                "-",
                "%",
                "7e",
                "Dr. ",
                "-1 pm ",
                "twenty ",
                "seven-",
                "hundred and ",
                "ninety-nine thousand ",
                "one point one ",
                "13 minus ",
                "5 below ",
                "fell 5 o'clock ",
                "19:30 pm ")) {
            String text = piece.repeat(8_000);
            assertThat(ungrounded(text, text)).as(piece).isEmpty();
            assertThat(ungrounded("{" + text, "[\"" + text)).as(piece).hasSizeLessThan(2);
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void check_takesAnyUnicode() {
        RandomText random = new RandomText(8);
        List<Conversation> chats = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            String text = random.next(30);
            chats.add(Conversation.of(Message.user("as in " + text), Message.assistant(text))); // "[1,2]" were JSON
        }

        assertThat(DEFAULT.check(chats))
                .hasSize(2_000)
                .filteredOn(finding -> finding.verdict() != Verdict.PASS)
                .isEmpty(); // what a text states, it has
    }

    @Test
    void builder_refusesWhatSaysNothing() {
        Grounding.Builder builder = Grounding.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(builder::fields)
                .withMessage("number of fields must be at least 1 but was 0");
        assertThatThrownBy(() -> builder.fields(" ")).hasMessage("field must not be blank");
        assertThatThrownBy(() -> builder.allow("")).hasMessage("allowed must not be blank");
        assertThatThrownBy(() -> builder.knownNames(null)).hasMessage("names must not be null");
        assertThatThrownBy(() -> builder.knownNames(Arrays.asList("a", null))).hasMessage("name must not be null");
        assertThatThrownBy(() -> builder.learn(null)).hasMessage("example must not be null");
        assertThatThrownBy(() -> DEFAULT.check(null)).hasMessage("examples must not be null");
        assertThatThrownBy(() -> DEFAULT.check(Collections.singletonList(null))).hasMessage("example must not be null");
        assertThatThrownBy(() -> DEFAULT.sources(null)).hasMessage("example must not be null");
        assertThatThrownBy(() -> DEFAULT.ungrounded(null, List.of())).hasMessage("response must not be null");
        assertThatThrownBy(() -> DEFAULT.ungrounded("", null)).hasMessage("sources must not be null");
    }
}
