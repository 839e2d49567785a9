package io.rapidfit.finetune;

/** What a line of a file for fine-tuning looks like. */
public enum FineTuneFormat {
    /**
     * For OpenAI's supervised fine-tuning. Messages and nothing else, but for tools where an answer calls some:
     *
     * <pre>{@code
     * {"messages": [{"role": "system", "content": "..."}, {"role": "user", "content": "..."}, {"role": "assistant", "content": "..."}]}
     * }</pre>
     */
    OPENAI_CHAT,
    /**
     * For Hugging Face's TRL and others that take conversations from JSONL: the same messages, beside them other columns. The
     * exporter writes {@code metadata}, as in {@link #PROMPT_COMPLETION}. Roles take turns: chat templates refuse other orders.
     */
    CHAT,
    /**
     * For Anthropic's models on Amazon Bedrock: the system prompt beside the messages, nothing else, and roles take turns.
     *
     * <pre>{@code
     * {"system": "...", "messages": [{"role": "user", "content": "..."}, {"role": "assistant", "content": "..."}]}
     * }</pre>
     */
    ANTHROPIC_CHAT,
    /**
     * For trainers that take text as it is. The exporter's prompt is the system prompt, a blank line, and the user's text; lengths
     * in the metadata are in code points, and {@code strategy} is missing in the simple format. Messages in the place of either
     * text, as TRL takes them, are read, not written.
     *
     * <pre>{@code
     * {"prompt": "...", "completion": "...", "metadata": {"id": "...", "strategy": "...", "prompt_length": 120, "completion_length": 24}}
     * }</pre>
     */
    PROMPT_COMPLETION;

    /** How many lines a file to train on needs at least, by the rules of the service. */
    int minLines() {
        return this == OPENAI_CHAT ? 10 : 1;
    }
}
