// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a fuzz target where there is no libFuzzer: its corpus, then so many changed inputs, always the same ones.
// Usage: PROGRAM CORPUS_DIRECTORY MUTATIONS
#include "fuzz/fuzz.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace {

constexpr std::size_t longestInput = 4096;

const std::string* current = nullptr;

/// The input that broke something stays in the working directory.
void keepInput(int signal)
{
    const int file = ::open("crash-input", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file >= 0 && current != nullptr) {
        [[maybe_unused]] const auto written = ::write(file, current->data(), current->size());
        ::close(file);
    }
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

void run(const std::string& input)
{
    current = &input;
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::vector<std::string> readCorpus(const std::filesystem::path& directory)
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(directory))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<std::string> corpus;
    for (const auto& file : files) {
        std::ifstream stream(file, std::ios::binary);
        corpus.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
    }
    return corpus;
}

/// xorshift64*: the same on every system.
class Dice
{
public:
    std::size_t operator()(std::size_t sides)
    {
        m_state ^= m_state >> 12;
        m_state ^= m_state << 25;
        m_state ^= m_state >> 27;
        return static_cast<std::size_t>((m_state * 2685821657736338717ULL) >> 33) % std::max<std::size_t>(sides, 1);
    }

private:
    std::uint64_t m_state = 88172645463325252ULL;
};

/// One change: bytes altered, taken out, doubled, or brought in from another input.
void change(std::string& text, const std::vector<std::string>& corpus, Dice& dice)
{
    static constexpr char tellingBytes[] = "\0\r\n\t :;,\"\\{}[]%+0919eE-.=&\x7f\x80\xff\xc2\xed\xf4";
    static constexpr std::string_view telling(tellingBytes, sizeof tellingBytes - 1);
    const std::size_t at = dice(text.size() + 1);
    const std::size_t length = dice(std::min<std::size_t>(text.size() - at, 32) + 1);
    switch (dice(6)) {
    case 0:
        if (at < text.size())
            text[at] = static_cast<char>(dice(256));
        break;
    case 1:
        text.insert(at, 1, telling[dice(telling.size())]);
        break;
    case 2:
        text.erase(at, length);
        break;
    case 3:
        text.insert(at, text.substr(at, length));
        break;
    case 4: {
        const std::string& other = corpus[dice(corpus.size())];
        const std::size_t from = dice(other.size() + 1);
        text.insert(at, other.substr(from, dice(64) + 1));
        break;
    }
    default:
        if (at < text.size())
            text[at] = static_cast<char>(text[at] ^ (1 << dice(8)));
        break;
    }
    text.resize(std::min(text.size(), longestInput));
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 3) {
        std::cerr << "Usage: " << argv[0] << " CORPUS_DIRECTORY MUTATIONS\n";
        return 2;
    }
    std::signal(SIGABRT, keepInput);
    std::signal(SIGSEGV, keepInput);
    const std::vector<std::string> corpus = readCorpus(argv[1]);
    if (corpus.empty()) {
        std::cerr << "The corpus is empty.\n";
        return 1;
    }
    for (const std::string& input : corpus)
        run(input);
    const unsigned long mutations = std::stoul(argv[2]);
    Dice dice;
    for (unsigned long i = 0; i < mutations; ++i) {
        std::string input = corpus[dice(corpus.size())];
        for (std::size_t changes = 1 + dice(6); changes > 0; --changes)
            change(input, corpus, dice);
        run(input);
    }
    std::cout << corpus.size() << " inputs of the corpus and " << mutations << " changed ones: every promise held.\n";
    return 0;
}
