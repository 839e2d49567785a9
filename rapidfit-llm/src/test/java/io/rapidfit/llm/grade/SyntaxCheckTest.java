package io.rapidfit.llm.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.rapidfit.check.Check;
import io.rapidfit.check.Finding;
import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.data.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SyntaxCheckTest {

    private final JavaSyntaxCheck java = JavaSyntaxCheck.builder().build();
    private final JsonSyntaxCheck json = JsonSyntaxCheck.builder().build();
    private final XmlSyntaxCheck xml = XmlSyntaxCheck.builder().build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "package a;\nimport java.util.List;\npublic class A { List<Unknown> x = none(); }",
                "record Point(int x, int y) {}",
                "module a { exports b; }",
                "int twice(int x) { return 2 * x; }",
                "private final int a = 1;\n@Override public String toString() { return \"\"; }",
                "int x = 1;\nSystem.out.println(x);",
                "for (int i = 0; i < 3; i++) { if (i == 2) break; }",
                "import java.util.*;\nList<String> names = new ArrayList<>();\nnames.add(\"a\"); // last",
                "// Sum\nimport java.util.List;\nList<Integer> a = List.of(1);",
                "/** Sum; of all. */\nimport java.util.List; // of\n/* and */ import java.util.Map;\n// now\nList.of(1);",
                "throw new Exception(\"checked\");",
                "Here you are:\n```java\nclass A {}\n```\nand its use:\n```java\nnew A();\n```"
            })
    void java_passesFilesMembersAndStatements(String code) {
        Item item = response(code);

        assertThat(java.check(List.of(item))).containsExactly(Finding.pass("java-syntax", item.id()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "class A {",
                "class A {}}",
                "int twice(int x) { return 2 * x }",
                "I would write a class with a method for this.",
                "def f(x):\n    return x",
                "int x = 1;\n} void other() {", // would be members within the wrapping of statements
                "int x;\n} class Other {", // would be two classes within that of members
                "/* not closed",
                "String s = \"not closed;"
            })
    void java_failsWhatIsNone(String code) {
        assertThat(verdict(java, code)).isEqualTo(Verdict.FAIL);
    }

    @Test
    void java_saysWhereTheErrorIs() {
        Finding finding = only(java, "Like this:\n```java\nint x = 1;\nint y = 2\nint z = 3;\n```");

        assertThat(finding.reason()).isEqualTo("line 4: ';' expected");
        assertThat(finding.metadata()).containsExactly(entry("line", "4"));
        assertThat(finding.score()).hasValue(0);
    }

    @Test
    void java_namesTheLastLineWhereTheEndIsMissing() {
        assertThat(only(java, "class A {\n  void f() {\n  }\n").metadata()).containsExactly(entry("line", "3"));
    }

    @Test
    void java_failsIfOneOfTheBlocksDoes() {
        assertThat(only(java, "```java\nclass A {}\n```\n```java\nclass {}\n```")
                        .reason())
                .startsWith("line 5: ");
    }

    @Test
    void java_neitherRunsNorWritesAnything(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("made");
        String code = "class A { static { new java.io.File(\"%s\").createNewFile(); } }".formatted(file);

        assertThat(verdict(java, code)).isEqualTo(Verdict.PASS);
        assertThat(file).doesNotExist();
        assertThat(Files.exists(Path.of("Snippet.class"))).isFalse();
    }

    @Test
    void java_isAnErrorWithoutACompiler() {
        JavaSyntaxCheck.Builder builder = JavaSyntaxCheck.builder();
        builder.compiler = () -> null;

        assertThat(only(builder.build(), "class A {}"))
                .returns(Verdict.ERROR, Finding::verdict)
                .extracting(Finding::reason)
                .asString()
                .contains("no Java compiler: run the program with a JDK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"// nothing yet", "/* nothing\nyet */"})
    void java_isAnErrorForCommentsAlone(String code) {
        assertThat(verdict(java, code)).isEqualTo(Verdict.ERROR);
    }

    @Test
    void java_readsManyCommentsBeforeAnImport() {
        String comments = "// one\n/* two */ ".repeat(40_000);

        assertThat(verdict(java, comments + "import java.util.List;\nList.of(1);"))
                .isEqualTo(Verdict.PASS);
        assertThat(verdict(java, comments)).isEqualTo(Verdict.ERROR);
    }

    @Test
    void java_isAnErrorWhereNestingIsTooDeep() {
        assertThat(verdict(java, "int x = " + "(".repeat(100_000) + "1" + ")".repeat(100_000) + ";"))
                .isEqualTo(Verdict.ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\": [1, 2.5e3, null]}", "[]", "1", "\"text\"", "```json\n{\"a\": 1}\n```", " \n{} \n"})
    void json_passesOneValue(String code) {
        Item item = response(code);

        assertThat(json.check(List.of(item))).containsExactly(Finding.pass("json-syntax", item.id()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": 1,}",
                "{'a': 1}",
                "{a: 1}",
                "[1, 2",
                "{} {}",
                "1 2",
                "NaN",
                "// c\n1",
                "01",
                "Sure! {}",
                "\"\t\""
            })
    void json_failsWhatIsNone(String code) {
        assertThat(verdict(json, code)).isEqualTo(Verdict.FAIL);
    }

    @Test
    void json_saysWhereTheErrorIs() {
        assertThat(only(json, "Here:\n```json\n{\n  \"a\": 1\n  \"b\": 2\n}\n```")
                        .metadata())
                .containsExactly(entry("line", "5"));
        assertThat(only(json, "{}\n{}").reason()).isEqualTo("line 2: something follows after the value");
    }

    @Test
    void json_isAnErrorBeyondAThousandLevels() {
        assertThat(verdict(json, "[".repeat(1000) + "]".repeat(1000))).isEqualTo(Verdict.PASS);
        assertThat(verdict(json, "[".repeat(1001) + "]".repeat(1001))).isEqualTo(Verdict.ERROR);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a/>",
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a b=\"1\"><c>x &amp; y</c><!-- z --></a>",
                "\n<?xml version=\"1.0\"?><a/>\n",
                "<s:a xmlns:s=\"urn:s\"/>",
                "```xml\n<a/>\n```"
            })
    void xml_passesWhatIsWellFormed(String code) {
        Item item = response(code);

        assertThat(xml.check(List.of(item))).containsExactly(Finding.pass("xml-syntax", item.id()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"<a>", "<a></b>", "<a/><b/>", "text", "<a b=1/>", "<a>&nbsp;</a>", "<s:a/>", "<a b='1' b='2'/>"})
    void xml_failsWhatIsNot(String code) {
        assertThat(verdict(xml, code)).isEqualTo(Verdict.FAIL);
    }

    @Test
    void xml_saysWhereTheErrorIs() {
        assertThat(only(xml, "Here:\n```xml\n<a>\n  <b>\n</a>\n```").metadata()).containsExactly(entry("line", "5"));
    }

    /** An external entity, the billion laughs, and a document type alone. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>&x;</a>",
                "<!DOCTYPE a [<!ENTITY x \"ha\"><!ENTITY y \"&x;&x;&x;&x;\"><!ENTITY z \"&y;&y;&y;&y;\">]><a>&z;</a>",
                "<!DOCTYPE a SYSTEM \"http://localhost:1/a.dtd\"><a/>"
            })
    void xml_isAnErrorWithADocumentType(String code) {
        assertThat(only(xml, code))
                .isEqualTo(Finding.error(
                        "xml-syntax",
                        response(code).id(),
                        "the code cannot be judged: it has a document type declaration, which is not read"));
    }

    @Test
    void xml_readsDeepNesting() {
        assertThat(verdict(xml, "<a>".repeat(50_000) + "</a>".repeat(50_000))).isEqualTo(Verdict.PASS);
    }

    @Test
    void check_isAnErrorWithoutCode() {
        assertThat(List.of(verdict(java, "```sql\nSELECT 1\n```"), verdict(java, "```java\n\n```"), verdict(java, " ")))
                .containsOnly(Verdict.ERROR);
        assertThat(java.check(List.of(Item.of(Map.of("query", "Write a class.")))))
                .extracting(Finding::reason)
                .containsExactly("the example has no field 'response'");
    }

    @Test
    void check_isAnErrorBeyondAMillionCharacters() {
        assertThat(verdict(json, "[" + " ".repeat(999_998) + "]")).isEqualTo(Verdict.PASS);
        assertThat(verdict(json, "[" + " ".repeat(999_999) + "]")).isEqualTo(Verdict.ERROR);
    }

    @Test
    void check_leavesOtherLanguagesAlone() {
        List<Item> items = List.of(
                Item.of(Map.of("response", "class {", "language", "python")),
                Item.of(Map.of("response", "class A {}", "language", " Java ")),
                Item.of(Map.of("response", "class A {}")));

        assertThat(java.check(items))
                .extracting(Finding::exampleId, Finding::verdict)
                .containsExactly(
                        tuple(items.get(1).id(), Verdict.PASS),
                        tuple(items.get(2).id(), Verdict.PASS));
    }

    @Test
    void languageField_languages_canBeOthers() {
        JsonSyntaxCheck other = JsonSyntaxCheck.builder()
                .languageField("format")
                .languages("JSON", "geojson")
                .build();

        assertThat(other.check(List.of(
                        Item.of(Map.of("response", "{}", "format", "GeoJSON")),
                        Item.of(Map.of("response", "{}", "format", "yaml")))))
                .hasSize(1);
        assertThat(verdict(other, "```geojson\n{}\n```\n```yaml\na: 1\n```")).isEqualTo(Verdict.PASS);
    }

    @Test
    void languages_refusesBlankNames() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JavaSyntaxCheck.builder().languages("java", " "))
                .withMessage("language must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JavaSyntaxCheck.builder().languageField(""))
                .withMessage("languageField must not be blank");
    }

    private static Item response(String text) {
        return Item.of(Map.of("response", text));
    }

    private static Finding only(Check check, String response) {
        return check.check(List.of(response(response))).get(0);
    }

    private static Verdict verdict(Check check, String response) {
        return only(check, response).verdict();
    }
}
