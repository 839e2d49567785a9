package io.rapidfit.finetune;

/**
 * One member of the JSON that the assistant is to answer.
 *
 * @param path the field of the record that it comes from
 * @param isNumber written as a number also where the record has it as a string
 */
record AnswerMember(String name, String path, boolean isNumber) {}
