package io.rapidfit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.report.HeatColours.Scheme;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whether everything can be read on light and dark screens: WCAG 2.2, 1.4.3 and 1.4.11, level AA. */
class ColoursTest {

    private static final double FOR_TEXT = 4.5;
    private static final double FOR_DRAWINGS = 3;

    @Test
    void contrast_isThatOfWcag() {
        assertThat(Colour.BLACK.contrast(Colour.WHITE)).isCloseTo(21, within(1e-12)); // 1.05 / 0.05
        assertThat(Colour.WHITE.contrast(Colour.WHITE)).isEqualTo(1);
        // #767676: ((118 / 255 + 0.055) / 1.055)^2.4 = 0.18116; 1.05 / 0.23116
        assertThat(Colour.of("#767676").contrast(Colour.WHITE)).isCloseTo(4.542, within(0.001));
        assertThat(Colour.of("#ff0000").luminance()).isEqualTo(0.2126);
        assertThat(Colour.of("#00ff00").luminance()).isEqualTo(0.7152);
        assertThat(Colour.of("#0000ff").luminance()).isEqualTo(0.0722);
        // below 0.04045 the curve is a line: 10 / 255 / 12.92
        assertThat(Colour.of("#0a0a0a").luminance()).isCloseTo(10 / 255.0 / 12.92, within(1e-12));
    }

    @Test
    void mixedWith_isInBetween() {
        assertThat(Colour.BLACK.mixedWith(Colour.of("#64c8ff"), 0.5)).isEqualTo(new Colour(50, 100, 128));
        assertThat(new Colour(10, 171, 205)).hasToString("#0aabcd");
    }

    @Test
    void text_isReadableOnEveryGrey() {
        for (int grey = 0; grey < 256; grey++) {
            Colour colour = new Colour(grey, grey, grey);
            assertThat(colour.contrast(colour.text())).isGreaterThan(FOR_TEXT);
        }
        assertThat(Colour.of("#123456").text()).isEqualTo(Colour.WHITE);
        assertThat(Colour.of("#abcdef").text()).isEqualTo(Colour.BLACK);
    }

    @Test
    void heatColours_areReadableOnLightAndDarkScreens() {
        Matcher rule = Pattern.compile("td\\.(right|wrong)-\\d+ \\{ background: (#\\w+); color: (#\\w+); }")
                .matcher(HeatColours.css());
        int rules = 0;
        while (rule.find()) {
            rules++;
            assertThat(Colour.of(rule.group(2)).contrast(Colour.of(rule.group(3))))
                    .as(rule.group())
                    .isGreaterThan(FOR_TEXT);
        }
        assertThat(rules).isEqualTo(2 * 2 * 10); // right and wrong, light and dark
    }

    @Test
    void heatColours_growStronger_towardsWhatTheyMean() {
        for (Scheme scheme : List.of(HeatColours.LIGHT, HeatColours.DARK)) {
            for (int step = 1; step <= HeatColours.STEPS; step++) {
                for (boolean isRight : new boolean[] {true, false}) {
                    assertThat(scheme.of(isRight, step).contrast(scheme.paper()))
                            .isGreaterThan(scheme.of(isRight, step - 1).contrast(scheme.paper()));
                }
            }
            assertThat(scheme.of(true, 10)).isEqualTo(scheme.right());
            assertThat(scheme.of(false, 10)).isEqualTo(scheme.wrong());
        }
    }

    @Test
    void heatColours_haveTenSteps() {
        assertThat(HeatColours.classOf(true, 0.001)).isEqualTo("right-1");
        assertThat(HeatColours.classOf(true, 0.1)).isEqualTo("right-1");
        assertThat(HeatColours.classOf(false, 0.101)).isEqualTo("wrong-2");
        assertThat(HeatColours.classOf(false, 1)).isEqualTo("wrong-10");
    }

    @Test
    void style_isReadableOnLightAndDarkScreens() throws IOException {
        String css = style();
        int dark = css.indexOf("prefers-color-scheme: dark");
        for (Map<String, Colour> colours :
                List.of(colours(css.substring(0, dark)), colours(css.substring(dark, css.indexOf("@media print"))))) {
            assertThat(colours).hasSize(10);
            for (String text : List.of("ink", "muted", "accent", "good", "bad", "doubtful")) {
                assertContrast(colours, text, "paper", FOR_TEXT);
            }
            assertContrast(colours, "ink", "surface", FOR_TEXT);
            assertContrast(colours, "muted", "surface", FOR_TEXT);
            for (String drawing : List.of("accent", "muted", "ink", "control")) {
                assertContrast(colours, drawing, "paper", FOR_DRAWINGS);
            }
            assertContrast(colours, "accent", "line", FOR_DRAWINGS); // a bar on its track
        }
    }

    @Test
    void style_hasThePaperOfTheHeatColours() throws IOException {
        String css = style();

        assertThat(css)
                .contains("--paper: " + HeatColours.LIGHT.paper() + ";", "--paper: " + HeatColours.DARK.paper() + ";");
    }

    private static void assertContrast(Map<String, Colour> colours, String front, String back, double atLeast) {
        assertThat(Objects.requireNonNull(colours.get(front)).contrast(Objects.requireNonNull(colours.get(back))))
                .as(front + " on " + back)
                .isGreaterThanOrEqualTo(atLeast);
    }

    private static Map<String, Colour> colours(String css) {
        Map<String, Colour> colours = new HashMap<>();
        Matcher property = Pattern.compile("--(\\w+): (#[0-9a-f]{6});").matcher(css);
        while (property.find()) {
            colours.put(property.group(1), Colour.of(property.group(2)));
        }
        return colours;
    }

    private static String style() throws IOException {
        try (InputStream in = Page.class.getResourceAsStream("report.css")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
