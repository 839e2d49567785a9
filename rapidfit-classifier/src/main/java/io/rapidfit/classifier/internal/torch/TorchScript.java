package io.rapidfit.classifier.internal.torch;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The operations that DJL's arrays do not offer: a bag of embeddings with sparse gradients, and Adam on the rows that a
 * step touched. They are TorchScript, written by hand into the archive that PyTorch loads, and run with DJL's
 * half-private calls: the one place to look at when DJL is upgraded.
 *
 * <p>With the dense gradients that DJL offers, a step on a table of 38,000 rows took 14 times as long.
 */
final class TorchScript implements AutoCloseable {

    private static final String CODE = """
            class M(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def bag(self: __torch__.M,
                table: Tensor,
                rows: Tensor,
                offsets: Tensor,
                weights: Tensor) -> Tensor:
                sums, _1, _2, _3 = torch.embedding_bag(table, rows, offsets, False, 0, True, weights)
                return sums
              def adam(self: __torch__.M,
                w: Tensor,
                m: Tensor,
                v: Tensor,
                g: Tensor,
                rate: float) -> Tensor:
                m1 = torch.add_(torch.mul_(m, 0.90000000000000002), g, alpha=0.10000000000000001)
                v1 = torch.add_(torch.mul_(v, 0.999), torch.mul(g, g), alpha=0.001)
                step = torch.div(m1, torch.add(torch.sqrt(v1), 1e-08))
                return torch.add_(torch.detach(w), step, alpha=torch.neg(rate))
              def adam_rows(self: __torch__.M,
                w: Tensor,
                m: Tensor,
                v: Tensor,
                g: Tensor,
                rate: float) -> Tensor:
                c = torch.coalesce(g)
                i = torch.select(torch._indices(c), 0, 0)
                x = torch._values(c)
                m1 = torch.add(torch.mul(torch.index_select(m, 0, i), 0.90000000000000002), x, alpha=0.10000000000000001)
                v1 = torch.add(torch.mul(torch.index_select(v, 0, i), 0.999), torch.mul(x, x), alpha=0.001)
                _1 = torch.index_copy_(m, 0, i, m1)
                _2 = torch.index_copy_(v, 0, i, v1)
                step = torch.div(m1, torch.add(torch.sqrt(v1), 1e-08))
                return torch.index_add_(torch.detach(w), 0, i, step, alpha=torch.neg(rate))
            """;

    private final Model model;
    private final PtSymbolBlock block;

    private TorchScript(Model model) {
        this.model = model;
        this.block = (PtSymbolBlock) model.getBlock();
    }

    static TorchScript load() {
        Model model = Model.newInstance("rapidfit", "PyTorch");
        try {
            model.load(new ByteArrayInputStream(archive()));
            return new TorchScript(model);
        } catch (IOException e) {
            model.close();
            throw new UncheckedIOException("cannot hand the training step to PyTorch", e);
        } catch (MalformedModelException e) {
            model.close();
            throw new IllegalStateException("this version of PyTorch does not accept the training step", e);
        }
    }

    /**
     * For each bag the sum of weight * row; gradients for the table are sparse.
     *
     * @param offsets where each bag starts in {@code rows} and {@code weights}
     * @return of shape (bags, dimension), in {@code scope}
     */
    NDArray bag(NDManager scope, NDArray table, NDArray rows, NDArray offsets, NDArray weights) {
        // Only this call records gradients, runMethod does not. It takes the method's name from a last array's name,
        // and
        // reads others' names too: ours must have none.
        NDArray method = scope.create(0f);
        method.setName("module_method:bag");
        NDList input = new NDList(table, rows, offsets, weights, method);
        NDArray sums = IValueUtils.forward(block, input, true).singletonOrThrow();
        sums.attach(scope); // results go to the first array's manager
        return sums;
    }

    /**
     * One step of Adam (Kingma and Ba, 2015; beta 0.9 and 0.999), in place.
     *
     * @param rate with the bias correction already in it
     */
    void adam(NDArray w, NDArray m, NDArray v, NDArray gradient, double rate) {
        step("adam", w, m, v, gradient, rate);
    }

    /** The same for the rows that the sparse gradient has; the others, their moments too, stay as they are. */
    void adamRows(NDArray w, NDArray m, NDArray v, NDArray gradient, double rate) {
        step("adam_rows", w, m, v, gradient, rate);
    }

    private void step(String method, NDArray w, NDArray m, NDArray v, NDArray gradient, double rate) {
        try (IValue a = from(w);
                IValue b = from(m);
                IValue c = from(v);
                IValue d = from(gradient);
                IValue e = IValue.from(rate);
                IValue out = IValueUtils.runMethod(block, method, a, b, c, d, e)) {
            assert out.isTensor() : "the updated array, which is also w";
        }
    }

    private static IValue from(NDArray array) {
        return IValue.from((PtNDArray) array);
    }

    @Override
    public void close() {
        model.close();
    }

    /** PyTorch's archive: a zip, not compressed, of the code and a pickled module without attributes. */
    private static byte[] archive() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            add(zip, "data.pkl", pickledModule());
            add(zip, "code/__torch__.py", CODE.getBytes(StandardCharsets.UTF_8));
            add(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'}); // an empty tuple
            add(zip, "version", "3\n".getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    /** Python's pickle protocol 2: an instance of {@code __torch__.M} whose one attribute is {@code training = True}. */
    private static byte[] pickledModule() {
        return ("\u0080\u0002" // protocol 2
                        + "c__torch__\nM\n" // the class
                        + ")\u0081" // a new object of it, without arguments
                        + "}(" // its state: a dictionary with
                        + "X\b\0\0\0training" // a string of eight bytes
                        + "\u0088" // true
                        + "ub.")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry("rapidfit/" + name);
        CRC32 checksum = new CRC32();
        checksum.update(content);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
