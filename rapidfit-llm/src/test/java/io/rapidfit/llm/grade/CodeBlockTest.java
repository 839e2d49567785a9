package io.rapidfit.llm.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class CodeBlockTest {

    private static final Set<String> JAVA = Set.of("java");

    @Test
    void of_isTheWholeTextWithoutFences() {
        assertThat(CodeBlock.of("int x;\nint y;", JAVA)).containsExactly(new CodeBlock("int x;\nint y;", 1));
    }

    @Test
    void of_takesOutWhatIsFenced() {
        assertThat(CodeBlock.of("Here:\n\n```java\nint x;\n\nint y;\n```\nDone.", JAVA))
                .containsExactly(new CodeBlock("int x;\n\nint y;", 4));
    }

    @Test
    void of_leavesOutOtherLanguages() {
        String response =
                "```python\nx = 1\n```\n```Java\nint x;\n```\n```\nint y;\n```\n~~~java title=\"Y.java\"\nint z;\n~~~";

        assertThat(CodeBlock.of(response, JAVA)).extracting(CodeBlock::code).containsExactly("int x;", "int z;");
        assertThat(CodeBlock.of(response, Set.of()))
                .extracting(CodeBlock::code)
                .containsExactly("x = 1", "int x;", "int z;");
    }

    @Test
    void of_takesUnmarkedBlocksWhereNoneIsMarked() {
        assertThat(CodeBlock.of("```\nint y;\n```\n```sql\nSELECT 1\n```", JAVA))
                .extracting(CodeBlock::code)
                .containsExactly("int y;");
    }

    @Test
    void of_isEmptyWhereAllBlocksAreOfAnotherLanguage() {
        assertThat(CodeBlock.of("```sql\nSELECT 1\n```", JAVA)).isEmpty();
    }

    @Test
    void of_takesAnUnclosedBlockToTheEnd() {
        assertThat(CodeBlock.of("```java\nint x;\nint", JAVA)).containsExactly(new CodeBlock("int x;\nint", 2));
    }

    @Test
    void of_closesABlockWithAFenceAsLongAsTheFirst() {
        assertThat(CodeBlock.of("````java\n```\n~~~~\n````", JAVA)).containsExactly(new CodeBlock("```\n~~~~", 2));
    }

    @Test
    void of_removesTheIndentationOfTheFence() {
        assertThat(CodeBlock.of("  ```java\n  if (a)\n    b();\n c();\n\n  ```", JAVA))
                .containsExactly(new CodeBlock("if (a)\n  b();\nc();\n", 2));
    }

    @Test
    void of_findsFencesWithinTheItemsOfAList() {
        String response =
                "10. First:\n\n    ```java\n    int x;\n    ```\n\n- Then:\n\t```java\n\tint y;\n\t```\nDone.";

        assertThat(CodeBlock.of(response, JAVA))
                .containsExactly(new CodeBlock("int x;", 4), new CodeBlock("int y;", 9));
    }

    @Test
    void of_doesNotCloseABlockWithAFenceThatIsIndentedAsCode() {
        assertThat(CodeBlock.of("```java\n    ```\n   ```", JAVA)).containsExactly(new CodeBlock("    ```", 2));
    }

    @Test
    void of_readsTextWrittenOnWindows() {
        assertThat(CodeBlock.of("```java\r\nint x;\r\n```\r\n", JAVA)).containsExactly(new CodeBlock("int x;", 2));
    }
}
