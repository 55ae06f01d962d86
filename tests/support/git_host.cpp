#include "tests/support/git_host.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/run_program.h"

namespace kua::testing {
namespace {

std::string run(const std::vector<std::string>& arguments) {
    ProgramResult result = run_program(arguments);
    INFO(result.output);
    REQUIRE(result.exit_status == 0);
    while (!result.output.empty() && result.output.back() == '\n') {
        result.output.pop_back();
    }
    return result.output;
}

// Servers lie where users' programs don't.
std::string server_program(const std::string& name) {
    std::string path;
    for (const char* const folder : {"/usr/bin/", "/usr/local/sbin/", "/usr/sbin/"}) {
        if (::access((folder + name).c_str(), X_OK) == 0) {
            path = folder + name;
        }
    }
    if (path.empty()) {
        SKIP("SKIPPED exchange over the network: " << name << " is not installed");
    }
    return path;
}

std::string git_program(const std::string& name) {
    const std::string path = run({"git", "--exec-path"}) + "/" + name;
    if (::access(path.c_str(), X_OK) != 0) {
        SKIP("SKIPPED exchange over the network: " << name << " is not installed");
    }
    return path;
}

}  // namespace

GitHost::GitHost(HostKind kind) : kind_(kind) {
    require_program("git");
    run({"git", "init", "--quiet", "--bare", repository()});
    git({"config", "http.receivepack", "true"});
    if (kind_ == HostKind::kSsh || kind_ == HostKind::kHttps) {
        change_key();
    }
    start();
}

void GitHost::change_key() {
    kind_ == HostKind::kSsh ? make_ssh_keys() : make_certificate();
}

void GitHost::make_ssh_keys() {
    require_program("ssh-keygen");
    for (const char* const name : {"host", "user"}) {
        std::filesystem::remove(dir_ / name);
        run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", dir_ / name});
    }
    std::istringstream words(run({"ssh-keygen", "-l", "-f", dir_ / "host.pub"}));
    std::string bits;
    words >> bits >> key_;
}

void GitHost::make_certificate() {
    require_program("openssl");
    run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "30", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=IP:127.0.0.1", "-keyout", dir_ / "key.pem", "-out", dir_ / "cert.pem"});
    std::string digest =
        run({"openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", dir_ / "cert.pem"});
    digest.erase(0, digest.find('=') + 1);
    digest.erase(std::remove(digest.begin(), digest.end(), ':'), digest.end());
    std::transform(digest.begin(), digest.end(), digest.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    key_ = "TLS-SHA256:" + digest;
}

void GitHost::write_lighttpd_configuration() const {
    std::ostringstream text;
    text << "server.modules = (\"mod_alias\", \"mod_setenv\", \"mod_cgi\", \"mod_auth\","
            " \"mod_authn_file\""
         << (kind_ == HostKind::kHttps ? ", \"mod_openssl\"" : "") << ")\n"
         << "server.document-root = " << dir_.path() << "\nserver.bind = \"127.0.0.1\"\n"
         << "server.port = " << port_ << "\nserver.upload-dirs = (" << dir_.path() << ")\n"
         << "alias.url = (\"/git\" => \"" << git_program("git-http-backend") << "\")\n"
         << "cgi.assign = (\"\" => \"\")\n"
         << "setenv.set-environment = (\"GIT_PROJECT_ROOT\" => " << dir_.path()
         << ", \"GIT_HTTP_EXPORT_ALL\" => \"1\")\n";
    if (kind_ == HostKind::kHttps) {
        text << "ssl.engine = \"enable\"\nssl.pemfile = " << dir_ / "cert.pem"
             << "\nssl.privkey = " << dir_ / "key.pem"
             << "\n";
    }
    if (login_) {
        write_file(dir_ / "users", "rosa:lamp\n");
        text << "auth.backend = \"plain\"\nauth.backend.plain.userfile = " << dir_ / "users"
             << "\nauth.require = (\"/git\" => (\"method\" => \"basic\", \"realm\" => \"kua\","
                " \"require\" => \"valid-user\"))\n";
    }
    write_file(dir_ / "lighttpd.conf", text.str());
}

void GitHost::write_sshd_configuration() const {
    std::filesystem::copy_file(dir_ / "user.pub", dir_ / "authorized",
                               std::filesystem::copy_options::overwrite_existing);
    std::ostringstream text;
    text << "ListenAddress 127.0.0.1\nPort " << port_ << "\nHostKey " << (dir_ / "host").native()
         << "\nAuthorizedKeysFile " << (dir_ / "authorized").native()
         << "\nStrictModes no\nUsePAM no\nPidFile none\nPermitRootLogin prohibit-password\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\n";
    write_file(dir_ / "sshd_config", text.str());
    if (::geteuid() == 0) {
        ::mkdir("/run/sshd", 0755);  // what sshd of root insists on and its service would make
    }
}

void GitHost::start() {
    switch (kind_) {
        case HostKind::kGit:
            server_ = std::make_unique<Server>(
                std::vector<std::string>{git_program("git-daemon"), "--verbose", "--export-all",
                                         "--enable=receive-pack", "--reuseaddr",
                                         "--listen=127.0.0.1", "--port=" + std::to_string(port_),
                                         "--base-path=" + dir_.path().native()},
                "Ready to rumble");
            break;
        case HostKind::kHttp:
        case HostKind::kHttps:
            write_lighttpd_configuration();
            server_ =
                std::make_unique<Server>(std::vector<std::string>{server_program("lighttpd"), "-D",
                                                                  "-f", dir_ / "lighttpd.conf"},
                                         "server started");
            break;
        case HostKind::kSsh:
            write_sshd_configuration();
            server_ =
                std::make_unique<Server>(std::vector<std::string>{server_program("sshd"), "-D",
                                                                  "-e", "-f", dir_ / "sshd_config"},
                                         "Server listening");
            break;
    }
}

void GitHost::stop() {
    server_->stop();
}

void GitHost::require_login() {
    login_ = true;
}

exchange::UrlRemote GitHost::remote() const {
    const std::string port = std::to_string(port_);
    std::string url;
    exchange::UrlRemote remote;
    switch (kind_) {
        case HostKind::kGit:
            url = "git://127.0.0.1:" + port + "/carrier.git";
            break;
        case HostKind::kHttp:
            url = "http://127.0.0.1:" + port + "/git/carrier.git";
            break;
        case HostKind::kHttps:
            url = "https://127.0.0.1:" + port + "/git/carrier.git";
            break;
        case HostKind::kSsh:
            url = "ssh://" + run({"id", "-un"}) + "@127.0.0.1:" + port + repository().native();
            remote.ssh_key_file = dir_ / "user";
            break;
    }
    remote.name = "harbour";
    remote.url = exchange::parse_remote_url(url);
    remote.pinned_key = key_;
    return remote;
}

std::string GitHost::git(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"git", "-C", repository().native()});
    return run(arguments);
}

}  // namespace kua::testing
