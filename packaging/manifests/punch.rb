# Homebrew formula. packaging/manifests/fill puts in version, address and hashes.
class Punch < Formula
  desc "Direct UDP paths between machines behind NATs or firewalls"
  homepage "https://punch.example"
  version "@VERSION@"
  license "MIT"

  on_macos do
    depends_on arch: :arm64
    url "@URL@/punch-@VERSION@-osx-arm64.tar.gz"
    sha256 "@OSX_ARM64@"
  end

  on_linux do
    depends_on "openssl@3"
    on_intel do
      url "@URL@/punch-@VERSION@-linux-x64.tar.gz"
      sha256 "@LINUX_X64@"
    end
    on_arm do
      url "@URL@/punch-@VERSION@-linux-arm64.tar.gz"
      sha256 "@LINUX_ARM64@"
    end
  end

  def install
    bin.install "punch"
    man1.install Dir["man/*.1"]
    man8.install Dir["man/*.8"]
    bash_completion.install "completions/punch.bash" => "punch"
    zsh_completion.install "completions/punch.zsh" => "_punch"
    fish_completion.install "completions/punch.fish"
  end

  test do
    assert_equal "punch #{version}", shell_output("#{bin}/punch --version").strip
    assert_match "two-way path", shell_output("#{bin}/punch localhost -p 0 -c 1 -w 1 2>&1", 1)
  end
end
