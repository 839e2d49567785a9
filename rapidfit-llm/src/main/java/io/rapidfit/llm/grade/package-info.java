/**
 * Judging examples. Start with {@link Graders}, which has graders for the usual questions, and {@link GradingRunner}, which runs
 * several over a dataset; {@link LLMGrader} is for questions of your own, {@link LLMRanker} puts candidates in order, and {@link
 * GraderAudit} tells how far a judge agrees with people.
 *
 * <p>Without a model: {@link MathematicsCheck} compares an answer with a reference, {@link JavaSyntaxCheck}, {@link
 * JsonSyntaxCheck}, {@link XmlSyntaxCheck} and {@link CommandCheck} read code, and {@link CodeExecutionCheck} runs it.
 */
@NullMarked
package io.rapidfit.llm.grade;

import org.jspecify.annotations.NullMarked;
