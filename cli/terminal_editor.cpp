#include <algorithm>
#include <array>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cwchar>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

#include <fcntl.h>
#include <histedit.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/terminal_line.h"
#include "cli/terminal_lines.h"
#include "kua/error.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

constexpr int kHistoryLines = 200;
constexpr wchar_t kReplacement = 0xfffd;
constexpr std::size_t kLongestTypedLine = std::size_t{64} << 10;

struct CloseStream {
    void operator()(std::FILE* stream) const noexcept { std::fclose(stream); }
};
struct EndEditor {
    void operator()(EditLine* editor) const noexcept { el_end(editor); }
};
struct EndHistory {
    void operator()(HistoryW* history) const noexcept { history_wend(history); }
};
struct FreeLocale {
    void operator()(locale_t made) const noexcept { ::freelocale(made); }
};
using StreamHandle = std::unique_ptr<std::FILE, CloseStream>;
using LocaleHandle = std::unique_ptr<std::remove_pointer_t<locale_t>, FreeLocale>;

// libedit asks the C library which characters there are. In kua all text is UTF-8, whatever the
// environment says; this thread knows so while this lives.
class Utf8Locale {
public:
    Utf8Locale() : made_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
        before_ = ::uselocale(made_.get());
    }
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;
    ~Utf8Locale() { ::uselocale(before_); }

private:
    LocaleHandle made_;
    locale_t before_;
};

// Both in that locale.
std::wstring wide(std::string_view text) {
    std::wstring out;
    std::mbstate_t state{};
    while (!text.empty()) {
        wchar_t c = 0;
        const std::size_t used = std::mbrtowc(&c, text.data(), text.size(), &state);
        const bool is_character = used > 0 && used <= text.size();
        out += is_character ? c : kReplacement;
        state = is_character ? state : std::mbstate_t{};
        text.remove_prefix(is_character ? used : 1);
    }
    return out;
}

std::string narrow(std::wstring_view text) {
    std::string out;
    std::mbstate_t state{};
    for (const wchar_t c : text) {
        std::array<char, 16> bytes{};
        const std::size_t size = std::wcrtomb(bytes.data(), c, &state);
        if (size <= bytes.size()) {
            out.append(bytes.data(), size);
        }
    }
    return out;
}

int open_terminal() {
    const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0) {
        throw Error{ErrorCode::kUsage, "there is no terminal to ask on"};
    }
    return terminal;
}

class EditedLines final : public LineSource {
public:
    EditedLines(WaitingObserver& observer, Completer completer);

    TypedLine read(const std::string& prompt) override;

private:
    static EditedLines& of(EditLine* editor) noexcept;
    static wchar_t* show_prompt(EditLine* editor) noexcept;
    static int read_character(EditLine* editor, wchar_t* out) noexcept;
    static unsigned char complete(EditLine* editor, int key) noexcept;

    bool read_byte(char& byte) noexcept;
    unsigned char complete_line();
    void show_choices(const std::vector<std::string>& choices);
    void write(std::string_view text) noexcept;

    WaitingObserver& observer_;
    Completer completer_;
    Descriptor terminal_;
    StreamHandle in_;
    StreamHandle out_;
    std::unique_ptr<HistoryW, EndHistory> history_;
    std::unique_ptr<EditLine, EndEditor> editor_;
    const WatchedSignals* signals_ = nullptr;  // while a line is read
    std::wstring prompt_;
    std::size_t typed_ = 0;
    TypedLine::End stopped_ = TypedLine::End::kEndOfInput;  // why no line came
    std::exception_ptr failure_;                            // of a callback
};

EditedLines::EditedLines(WaitingObserver& observer, Completer completer)
    : observer_(observer),
      completer_(std::move(completer)),
      terminal_(open_terminal()),
      in_(::fdopen(open_terminal(), "r")),
      out_(::fdopen(open_terminal(), "w")),
      history_(history_winit()) {
    const Utf8Locale utf8;
    if (in_ && out_) {
        const int number = terminal_.get();
        editor_.reset(el_init_fd("kua", in_.get(), out_.get(), out_.get(), number, number, number));
    }
    if (!editor_ || !history_) {
        throw Error{ErrorCode::kFailed, "can't edit lines on this terminal"};
    }
    EditLine* const editor = editor_.get();
    // Without el_source(): no file says how keys behave.
    el_wset(editor, EL_CLIENTDATA, this);
    el_wset(editor, EL_PROMPT, &EditedLines::show_prompt);
    el_wset(editor, EL_EDITOR, L"emacs");
    el_wset(editor, EL_SIGNAL, 0);
    el_wset(editor, EL_GETCFN, &EditedLines::read_character);
    HistEventW event{};
    history_w(history_.get(), &event, H_SETSIZE, kHistoryLines);
    history_w(history_.get(), &event, H_SETUNIQUE, 1);
    el_wset(editor, EL_HIST, history_w, history_.get());
    el_wset(editor, EL_ADDFN, L"kua-complete", L"Complete the word", &EditedLines::complete);
    el_wset(editor, EL_BIND, L"^I", L"kua-complete", nullptr);
    el_wset(editor, EL_BIND, L"^R", L"em-inc-search-prev", nullptr);
    // By these a person could have libedit write the history to a file or rebind keys.
    for (const wchar_t* key : {L"\\ex", L"\\eX"}) {
        el_wset(editor, EL_BIND, key, L"ed-unassigned", nullptr);
    }
}

EditedLines& EditedLines::of(EditLine* editor) noexcept {
    void* self = nullptr;
    el_wget(editor, EL_CLIENTDATA, &self);
    return *static_cast<EditedLines*>(self);
}

wchar_t* EditedLines::show_prompt(EditLine* editor) noexcept {
    return of(editor).prompt_.data();
}

// False if nothing more comes; then `stopped_` says why.
bool EditedLines::read_byte(char& byte) noexcept {
    for (;;) {
        switch (signals_->wait_for(terminal_.get(), &observer_)) {
            case Waited::kReady:
                break;
            case Waited::kSignal:
                stopped_ = signals_->caught() == SIGINT ? TypedLine::End::kCancelled
                                                        : TypedLine::End::kSignal;
                return false;
            case Waited::kExpired:
                stopped_ = TypedLine::End::kExpired;
                return false;
        }
        const ssize_t got = ::read(terminal_.get(), &byte, 1);
        if (got == 1) {
            return true;
        }
        if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
            stopped_ = TypedLine::End::kEndOfInput;
            return false;
        }
    }
}

int EditedLines::read_character(EditLine* editor, wchar_t* out) noexcept {
    EditedLines& self = of(editor);
    std::mbstate_t state{};
    for (;;) {
        char byte = 0;
        if (self.failure_ || !self.read_byte(byte)) {
            return -1;
        }
        // A line that never ends would take all memory.
        if (++self.typed_ > kLongestTypedLine) {
            self.stopped_ = TypedLine::End::kCancelled;
            return -1;
        }
        const std::size_t used = std::mbrtowc(out, &byte, 1, &state);
        if (used == static_cast<std::size_t>(-1)) {
            *out = kReplacement;
        }
        if (used != static_cast<std::size_t>(-2)) {  // -2: more bytes of this character follow
            return 1;
        }
    }
}

unsigned char EditedLines::complete(EditLine* editor, int /*key*/) noexcept {
    EditedLines& self = of(editor);
    try {
        return self.complete_line();
    } catch (...) {
        self.failure_ = std::current_exception();  // read() throws it on
        return CC_ERROR;
    }
}

unsigned char EditedLines::complete_line() {
    const LineInfoW* line = el_wline(editor_.get());
    const std::wstring_view before{line->buffer,
                                   static_cast<std::size_t>(line->cursor - line->buffer)};
    const Completion found = completer_(narrow(before));
    if (!found.insert.empty()) {
        el_winsertstr(editor_.get(), wide(found.insert).c_str());
        return CC_REFRESH;
    }
    if (found.choices.empty()) {
        return CC_ERROR;  // a beep
    }
    show_choices(found.choices);
    return CC_REDISPLAY;
}

void EditedLines::show_choices(const std::vector<std::string>& choices) {
    constexpr std::size_t kMost = 60;
    winsize size{};
    const bool known = ::ioctl(terminal_.get(), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    const std::size_t width = known ? size.ws_col : 80;
    std::string text = "\n";
    std::size_t column = 0;
    for (std::size_t i = 0; i < std::min(choices.size(), kMost); ++i) {
        const std::size_t taken = display_width(choices[i]) + 2;
        if (column > 0 && column + taken > width) {
            text += '\n';
            column = 0;
        }
        text += choices[i] + "  ";
        column += taken;
    }
    if (choices.size() > kMost) {
        text += "\nand " + std::to_string(choices.size() - kMost) + " more";
    }
    write(text + "\n");
}

void EditedLines::write(std::string_view text) noexcept {
    std::fflush(out_.get());
    while (!text.empty()) {
        const ssize_t written = ::write(terminal_.get(), text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            return;
        }
        text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
}

TypedLine EditedLines::read(const std::string& prompt) {
    const Utf8Locale utf8;
    const WatchedSignals signals;
    signals_ = &signals;
    prompt_ = wide(prompt);
    typed_ = 0;
    stopped_ = TypedLine::End::kEndOfInput;
    // Before the prompt is shown: keys are read as such from then on.
    el_wset(editor_.get(), EL_PREP_TERM, 1);
    int count = 0;
    const wchar_t* line = el_wgets(editor_.get(), &count);
    std::fflush(out_.get());
    signals_ = nullptr;
    if (failure_) {
        write("\n");
        std::rethrow_exception(std::exchange(failure_, nullptr));
    }
    if (line == nullptr || count <= 0) {
        write("\n");
        return {stopped_, "", signals.caught()};
    }
    std::wstring text{line, static_cast<std::size_t>(count)};
    while (!text.empty() && (text.back() == L'\n' || text.back() == L'\r')) {
        text.pop_back();
    }
    if (text.find_first_not_of(L" \t") != text.npos) {
        HistEventW event{};
        history_w(history_.get(), &event, H_ENTER, text.c_str());
    }
    return {TypedLine::End::kLine, narrow(text), 0};
}

}  // namespace

std::unique_ptr<LineSource> make_edited_lines(WaitingObserver& observer, Completer completer) {
    return std::make_unique<EditedLines>(observer, std::move(completer));
}

}  // namespace kua::cli
