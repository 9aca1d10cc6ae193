package io.matriarch.monitor.file;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * Figures of this node over time, format 1 (docs/formats/history.md): a head, names of {@value
 * #COLUMNS} columns, then slots of one instant each. A slot's place follows from its time, so
 * nothing points at the newest one; each slot has its time and a check sum, so one torn by a crash,
 * or of an earlier round, is seen to be none. For one thread.
 */
final class RingFile implements AutoCloseable {
    static final int COLUMNS = 64;
    private static final long MAGIC = 0x4D54524849535431L; // MTRHIST1
    private static final int HEAD = 64;
    private static final int NAME = 128;
    private static final int LONGEST_NAME = NAME - 6;
    private static final int SLOT = 8 + 4 * COLUMNS + 4;
    private static final int SLOTS_AT = HEAD + COLUMNS * NAME;

    private final FileChannel channel;
    private final int step;
    private final int slots;
    private final List<String> names = new ArrayList<>();

    private RingFile(FileChannel channel, int step, int slots) {
        this.channel = channel;
        this.step = step;
        this.slots = slots;
    }

    /** Opens it; a file of another shape, or none of ours, is begun anew. */
    static RingFile open(Path file, Duration step, Duration kept) throws IOException {
        int seconds = Math.toIntExact(step.toSeconds());
        int slots = Math.toIntExact(kept.dividedBy(step)) + 1;
        var channel = FileChannel.open(file, CREATE, READ, WRITE);
        try {
            var ring = new RingFile(channel, seconds, slots);
            if (!ring.readHead()) ring.begin();
            return ring;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private ByteBuffer head() {
        var head = ByteBuffer.allocate(HEAD);
        head.putLong(MAGIC).putInt(step).putInt(slots).putInt(COLUMNS);
        return head.putInt(HEAD - 4, crc(head.array(), HEAD - 4)).rewind();
    }

    private boolean readHead() throws IOException {
        var found = read(0, HEAD);
        if (!Arrays.equals(found.array(), head().array())) return false;
        for (int column = 0; column < COLUMNS; column++) names.add(readName(column));
        return true;
    }

    private void begin() throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.allocate(SLOTS_AT), 0);
        channel.write(head(), 0);
        channel.force(true);
        names.clear();
        for (int column = 0; column < COLUMNS; column++) names.add("");
    }

    private String readName(int column) throws IOException {
        var bytes = read(HEAD + (long) column * NAME, NAME);
        int length = bytes.getShort(0);
        if (length <= 0 || length > LONGEST_NAME) return "";
        if (bytes.getInt(NAME - 4) != crc(bytes.array(), NAME - 4)) return "";
        return new String(bytes.array(), 2, length, StandardCharsets.UTF_8);
    }

    private ByteBuffer read(long at, int length) throws IOException {
        var bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) > 0) {}
        return bytes.clear();
    }

    List<String> names() {
        return names.stream().filter(name -> !name.isEmpty()).toList();
    }

    /**
     * Writes the values of one instant.
     *
     * @return names there was no column for
     */
    List<String> write(long epochSecond, Map<String, Double> values) throws IOException {
        float[] cells = new float[COLUMNS];
        Arrays.fill(cells, Float.NaN);
        var left = new ArrayList<String>();
        for (var value : new TreeMap<>(values).entrySet()) {
            int column = column(value.getKey(), epochSecond);
            if (column < 0) left.add(value.getKey());
            else cells[column] = value.getValue().floatValue();
        }
        long time = epochSecond / step * step;
        var slot = ByteBuffer.allocate(SLOT).putLong(time);
        for (float cell : cells) slot.putFloat(cell);
        slot.putInt(crc(slot.array(), SLOT - 4));
        writeFully(slot.rewind(), at(time));
        return left;
    }

    private void writeFully(ByteBuffer bytes, long at) throws IOException {
        long place = at;
        while (bytes.hasRemaining()) place += channel.write(bytes, place);
    }

    private long at(long epochSecond) {
        return SLOTS_AT + epochSecond / step % slots * SLOT;
    }

    /** The column of that name; a free one, or one whose figure is not there any more, if new. */
    private int column(String name, long now) throws IOException {
        int column = names.indexOf(name);
        if (column >= 0) return column;
        if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) return -1;
        column = names.indexOf("");
        if (column < 0) column = unused(now);
        if (column < 0) return -1;
        names.set(column, name);
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(NAME).putShort((short) text.length).put(text);
        bytes.putInt(NAME - 4, crc(bytes.array(), NAME - 4)).rewind();
        writeFully(bytes, HEAD + (long) column * NAME);
        channel.force(false); // its name stands before its values do
        return column;
    }

    private int unused(long now) throws IOException {
        boolean[] used = new boolean[COLUMNS];
        each(
                now - (long) step * slots,
                now,
                (_, cells) -> {
                    for (int i = 0; i < COLUMNS; i++) used[i] |= !Float.isNaN(cells[i]);
                });
        for (int i = 0; i < COLUMNS; i++) if (!used[i]) return i;
        return -1;
    }

    /** Hears a slot. */
    interface Reader {
        void slot(long epochSecond, float[] cells);
    }

    /** Tells every whole slot from {@code from} to before {@code to}, in their order. */
    void each(long from, long to, Reader reader) throws IOException {
        long oldest = Math.max(from, to - (long) step * slots);
        for (long time = (oldest + step - 1) / step * step; time < to; time += step) {
            var slot = read(at(time), SLOT);
            if (slot.getLong(0) != time || slot.getInt(SLOT - 4) != crc(slot.array(), SLOT - 4))
                continue;
            float[] cells = new float[COLUMNS];
            for (int i = 0; i < COLUMNS; i++) cells[i] = slot.getFloat(8 + 4 * i);
            reader.slot(time, cells);
        }
    }

    int indexOf(String name) {
        return names.indexOf(name);
    }

    int stepSeconds() {
        return step;
    }

    private static int crc(byte[] bytes, int length) {
        var crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** Brings what was written to disk. */
    void force() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.force(true);
        channel.close();
    }
}
