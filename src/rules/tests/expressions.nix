let f = { a, b ? [ a ], ... }@all: { publicKeys = b ++ [ all.a ]; }; in f { a = "age1x"; c = 1; }
with { k = "outer"; }; let k = "inner"; in { f.publicKeys = [ k ]; }
let k = "inner"; in with { k = "outer"; j = "j"; }; [ k j ]
with { a = 1; b = 1; }; with { a = 2; }; [ a b ]
with { map = 1; }; builtins.typeOf map
let map = 1; in map
let true = false; in true
rec { a.publicKeys = [ "k" ]; b = { publicKeys = a.publicKeys ++ [ "l" ]; }; }
let unused = throw "never"; in if 1 < 2 && !(2 == 3) then [ "a" ] else unused
builtins.mapAttrs (n: v: { publicKeys = map (k: "${n}-${k}") v; }) { b = [ "1" ]; a = [ "2" "3" ]; }
builtins.sort (a: b: a < b) [ "c" "a" "b" "aa" "B" "" ]
builtins.sort (a: b: a.k < b.k) [ { k = 2; v = 1; } { k = 1; v = 2; } { k = 2; v = 3; } { k = 1; v = 4; } ]
builtins.sort builtins.lessThan [ 3 1 2 1 ]
let fix = f: let x = f x; in x; in fix (self: { a.publicKeys = [ "k" ]; b.publicKeys = self.a.publicKeys; })
let x = x; in x
let x = { y = x.y; }; in x.y
let x = { a = x; b = 1; }; in builtins.deepSeq x x.b
let l = [ l 1 ]; in builtins.deepSeq l (builtins.length l)
rec { a = b; b = a; }.a
(builtins.tryEval (throw "x")).success or "no"
builtins.tryEval (assert false; 1)
builtins.tryEval (1 + "a")
builtins.tryEval (abort "x")
builtins.tryEval { a = throw "x"; } ? value
(builtins.tryEval (import ./missing.nix)).success
builtins.match "(a|ab)(c|bcd)" "abcd"
builtins.split "(a|ab)" "xabx"
builtins.split "[[:space:]]+" " a  b "
builtins.split "" "abc"
builtins.split "x*" "axb"
builtins.match "[^a]" "b"
builtins.match "[]a]+" "]a"
builtins.match "a{2,3}" "aaaa"
builtins.match "a{2,}b{1}" "aaaab"
builtins.match "(a)?(b)?" "b"
builtins.match "((a)|b)*" "ab"
builtins.match "." "\n"
builtins.match "^a$" "a"
builtins.split "^a" "aaa"
builtins.split "(^|x)" "axb"
builtins.match "[a\\]" "\\"
builtins.match "a**" "aa"
builtins.match "*a" "a"
builtins.match "a|" ""
builtins.match "()" ""
builtins.match "(" ""
builtins.match ")" ")"
builtins.match "[" "["
builtins.match "a{" "a{"
builtins.match "{" "{"
builtins.match "}" "}"
builtins.match "]" "]"
builtins.match "[z-a]" "a"
builtins.match "\\n" "n"
builtins.match "[\\n]+" "n\\n"
builtins.match "(.*)\\.age" "foo.age"
builtins.match "([^.]*)\\.(pub|age)" "foo.pub"
builtins.match "[a-]+" "a-a"
builtins.match "[-a]+" "a-a"
builtins.match "[^]a]" "]"
builtins.match "[+--]" "-"
builtins.match "[[:alpha:][:digit:]_-]+" "a_1-b"
builtins.split "\n" "a\nb\n"
builtins.split "(x)|(y)" "axbyc"
builtins.split "a?ab?" "aab ab a"
builtins.split "(a?)(ab)?" "abab"
builtins.split "([a-z]+) *= *([^;]*);" "ab = 1;c=22; d"
builtins.filter (l: builtins.isString l && l != "") (builtins.split "[\n,;]" "a,b;;c\n")
map builtins.head (builtins.filter builtins.isList (builtins.split "([0-9]+)" "a1b22c"))
{ inherit ({ "a-b" = 1; }) "a-b"; }
let "a b" = 1; in { inherit "a b"; }
let a = { "x.age" = 1; y = 2; }; in { inherit (a) "x.age" y; }
{ inherit ({ a = 1; }) ${"a"}; }
let { body = x; x = 1; }
let { x = 1; }
__map
__add 1 2
__toJSON [ 1 ]
__head [ 1 ]
1 == 2 == false
1 < 2 < 3
1 + 2 * 3 - 4 / 2
-1 + 2
- 1 - -1
!true || true
!(true || true)
!{ a = 1; } ? b
true -> false -> true
false || true && false
{ a = 1; } // { b = 2; } // { a = 3; }
[ 1 ] ++ [ 2 ] ++ [ 3 ] == [ 1 2 3 ]
"a" + "b" == "ab" && 2 > 1 != false
{ a = 1; }.b or 2 + 1
{ a = { }; }.a.b.c or "d"
{ a = 1; }.a.b or 2
{ a = 1; } ? a.b
{ a.b = 1; } ? a.b
{ a.b = 1; } ? "a".${"b"}
{ a.b.c = 1; a.b.d = 2; a.e = 3; }
{ a = { b = 1; }; a.c = 2; }
{ a.c = 2; a = { b = 1; }; }
{ a = 1; a.b = 2; }
{ a = { ${"x"} = 1; }; a = { y = 2; }; }
{ a = { y = 2; }; a = { ${"x"} = 1; }; }
{ a.y = 2; a.${"x"} = 1; }
let n = "x"; in { a.y = 2; a.${n} = 1; }
{ a = rec { x = 1; }; a.y = x; }
{ a.y = 1; a = rec { x = 1; z = x; }; }
{ a = 1; a = 2; }
{ ${null} = 1; b = 2; }
{ ${"a"} = 1; a = 2; }
{ ${("a")} = 1; b = 2; }
{ ${''a''} = 1; a = 2; }
{ "${"a"}" = 1; a = 2; }
{ ${1} = 1; }
{ ${"a" + "b"} = 1; ab = 2; }
{ ${"a" + "b"}.c = 1; ${"a" + "d"}.c = 2; }
let ${"a"} = 1; in a
let "${"a"}" = 1; in 2
rec { ${"a"} = 1; b = a; }
let n = "a"; in rec { ${n} = 1; b = 2; }
let n = "k"; s = rec { x = 1; ${n} = x; }; in s.k
builtins.compareVersions "1.0" "1.0.1pre"
map (builtins.compareVersions "2.3") [ "2.3" "2.3.1" "2.3pre1" "2.2" "10" "2.3a" "" ]
builtins.splitVersion "1.2-pre3"
builtins.splitVersion "..a1.."
builtins.parseDrvName "foo-1.2"
builtins.parseDrvName "foo-bar-1"
builtins.hashString "sha256" "x"
builtins.hashString "sha1" "x"
builtins.hashFile "sha512" ./keys.pub
builtins.ceil 1.5 + builtins.floor 1.5 + builtins.ceil (-1.5)
builtins.zipAttrsWith (n: v: v) [ { a = 1; } { a = 2; b = 3; } ]
builtins.genericClosure { startSet = [ { key = 1; } ]; operator = x: if x.key < 3 then [ { key = x.key + 1; } { key = 1; } ] else [ ]; }
builtins.fromTOML "a = 1\nb = [1.5, 2]\n[c]\nd = 'x'"
fromTOML "a.b = true"
builtins.unsafeDiscardStringContext "x"
builtins.hasContext "x"
builtins.bitAnd 6 3 + builtins.bitOr 6 3 + builtins.bitXor 6 3
builtins.functionArgs ({ a, b ? 1, ... }: a)
builtins.functionArgs (x: x)
builtins.functionArgs map
map throw [ ]
builtins.map (throw "x") [ ]
builtins.map 1 [ ]
builtins.length (map (throw "x") [ 1 2 ])
builtins.filter (throw "x") [ ]
builtins.filter 1 [ ]
builtins.mapAttrs (throw "x") { }
builtins.attrNames (builtins.mapAttrs (throw "x") { a = 1; })
builtins.foldl' (throw "x") 1 [ ]
builtins.foldl' 1 1 [ ]
builtins.foldl' (a: b: b) (throw "x") [ 1 ]
builtins.foldl' (a: b: a + b) 0 [ 1 2 3 ]
builtins.foldl' (a: b: throw "x") 0 [ ]
builtins.any 1 [ ]
builtins.all 1 [ ]
builtins.any (x: x) [ true 1 ]
builtins.any (x: x) [ false 1 ]
builtins.concatMap 1 [ ]
builtins.concatMap (x: [ x (throw "y") ]) [ 1 ] == [ ]
builtins.length (builtins.concatMap (x: [ x (throw "y") ]) [ 1 ])
builtins.elem (throw "x") [ ]
builtins.elem 1 [ 1 (throw "x") ]
builtins.elem { a = 1; } [ { a = 1.0; } ]
builtins.length (builtins.genList (throw "x") 3)
builtins.genList (x: x * x) 4
builtins.genList (x: x) (-1)
builtins.partition (x: x > 2) [ 1 3 2 4 ]
builtins.partition 1 [ ]
builtins.sort 1 [ ]
builtins.sort 1 [ 1 ]
builtins.groupBy (x: if x > 1 then "a" else "b") [ 1 2 3 ]
builtins.groupBy 1 [ ]
builtins.listToAttrs [ { name = "a"; value = 1; } { name = "a"; } ]
builtins.listToAttrs [ { name = "a"; } ]
builtins.listToAttrs [ { name = "a"; value = throw "x"; } ] ? a
builtins.intersectAttrs { a = throw "x"; } { a = 1; b = 2; }
removeAttrs { a = 1; b = 2; } [ "a" "c" ]
builtins.removeAttrs { a = throw "x"; b = 2; } [ "a" ]
builtins.catAttrs "a" [ { a = 1; } { b = 2; } { a = 3; } ]
builtins.getAttr "a" { a = 1; }
builtins.hasAttr "b" { a = 1; }
builtins.elemAt [ 1 2 ] 1
builtins.elemAt [ 1 2 ] 2
builtins.head [ ]
builtins.tail [ ]
builtins.substring 1 2 "abcd"
builtins.substring 3 10 "abcd"
builtins.substring 10 1 "abcd"
builtins.substring 1 (-1) "abcd"
builtins.substring (-1) 1 "abcd"
builtins.substring 0 1 5
builtins.stringLength "äb"
builtins.stringLength 5
builtins.replaceStrings [ "a" "b" ] [ "b" "c" ] "abab"
builtins.replaceStrings [ "" ] [ "-" ] "ab"
builtins.replaceStrings [ "" "a" ] [ "-" "x" ] "ab"
builtins.replaceStrings [ "a" "" ] [ "x" "-" ] "ab"
builtins.replaceStrings [ "ab" "a" ] [ "1" "2" ] "aba"
builtins.replaceStrings [ "a" ] [ ] "a"
builtins.replaceStrings [ "\n" " " ] [ "" "_" ] "a b\n"
builtins.concatStringsSep ", " [ "a" "b" ]
builtins.concatStringsSep "," [ 1 ]
builtins.concatStringsSep "," [ { __toString = s: s.x; x = "y"; } { outPath = "z"; } ]
toString [ 1 [ 2 [ ] "x" ] true false null 1.5 ]
toString [ [ ] 1 [ ] ]
toString { __toString = self: "a" + self.b; b = "c"; }
toString { outPath = "/x"; }
toString { }
toString (x: x)
"${{ __toString = s: "x"; }}"
"${toString 1}${"a"}"
"${1}"
"${null}"
"${true}"
"${[ ]}"
"a" + 1
1 + "a"
1 + 1.5
null + "a"
{ __toString = s: "x"; } + "y"
"x" + { outPath = "y"; }
1 / 0
7 / 2
(-7) / 2
7.0 / 2
1 == 1.0
null == false
"a" == ./a
[ 1 [ 2 ] ] == [ 1 [ 2.0 ] ]
{ a = 1; b = { c = "x"; }; } == { b = { c = "x"; }; a = 1; }
{ a = 1; } == { a = 1; b = 2; }
{ a = throw "x"; } == { b = 1; }
[ 1 2 ] < [ 1 3 ]
[ ] < [ 1 ]
[ 1 ] < [ ]
"a" < "b" && "B" < "a" && !("a" < "a")
1 < "a"
1.5 < 2 && 2 >= 2.0
null < null
if 1 then 2 else 3
if null then 2 else 3
true && 1
1 && true
false && 1
true || throw "x"
false -> throw "x"
assert 1 == 1; 2
assert 1; 2
(x: x) 1
(x: y: x + y) 1 2
({ a }: a) { a = 1; }
({ a }: a) { a = 1; b = 2; }
({ a }: a) { }
({ a, ... }: a) { a = 1; b = 2; }
({ a ? 1, b ? a + 1 }: [ a b ]) { }
({ a ? b, b ? 2 }: [ a b ]) { }
({ a ? args, ... }@args: args ? a) { }
(args@{ a, b ? 3 }: [ args a b ]) { a = 1; }
({ a ? throw "x" }: 1) { }
({ a, a }: a) { a = 1; }
(a@{ a }: a) { a = 1; }
({ }: 1) { }
({ ... }: 1) { x = 1; }
({ a }: a) 1
(throw "x") 1
1 2
{ __functor = self: x: self.n + x; n = 1; } 2
map { __functor = self: x: x + 1; } [ 1 2 ]
builtins.isFunction { __functor = self: x: x; }
builtins.typeOf (x: x)
builtins.map (builtins.add 1) [ 1 2 ]
let inherit (builtins) map filter; in map (x: x + 1) (filter (x: x > 1) [ 1 2 3 ])
with builtins; length [ 1 2 ]
let f = a: b: a; in f 1 (throw "x")
let a = 1; in { inherit a; b = { inherit a; }; }
let s = { a = 1; b = 2; }; in { inherit (s) a b; c = s; }
let s = { a = 1; }; in rec { inherit (s) a; b = a; }
let a = 1; in rec { inherit a; b = a; }
let a = 1; b = a; in let a = 2; in [ a b ]
let a = { b = 1; }; in a.b + a . b
let a.b = 1; a.c = 2; in a
let a = 1; a = 2; in a
let inherit ({ x = 1; }) x; in x
{ a = undefined; }.b or 1
[ nobody ]
let f = n: if n == 0 then [ ] else [ n ] ++ f (n - 1); in f 5
let f = n: if n <= 1 then 1 else n * f (n - 1); in f 15
let even = n: n == 0 || odd (n - 1); odd = n: n != 0 && even (n - 1); in even 100
builtins.readFile ./keys.pub
builtins.readFile ./missing
builtins.readDir ./dir
builtins.attrNames (builtins.readDir ./.) == [ ]
builtins.filter (n: builtins.match ".*\\.pub" n != null) (builtins.attrNames (builtins.readDir ./dir))
map (n: builtins.readFile (./dir + "/${n}")) (builtins.filter (n: builtins.match ".*[.]pub" n != null) (builtins.attrNames (builtins.readDir ./dir)))
builtins.readFile (./. + "/keys.pub")
builtins.readFile ./dir/${"a"}.pub
builtins.readFile (./dir + "/../keys.pub")
builtins.pathExists ./keys.pub && !builtins.pathExists ./missing
import ./lib.nix
import ./dir
import ./function.nix { a = 2; }
(import ./lib.nix).unique [ 1 2 1 ]
with import ./lib.nix; unique [ "a" "a" ]
builtins.fromJSON (builtins.readFile ./data.json)
(builtins.fromTOML (builtins.readFile ./data.toml)).hosts.cloud
builtins.fromJSON "{\"a\":1,\"a\":2}"
builtins.fromJSON "[1,]"
builtins.fromJSON " 1 "
builtins.fromJSON "\"\\ud83d\\ude00\\n\""
builtins.fromJSON "[1.5,null,true,\"x\",{}]"
builtins.fromJSON ""
builtins.toJSON { b = [ 1 "x" null true ]; a = { }; }
builtins.toJSON "\"\\\n\t\u0001ä"
builtins.toJSON { outPath = "x"; a = 1; }
builtins.toJSON { __toString = s: "x"; }
builtins.toJSON (x: x)
baseNameOf "/a/b.age"
baseNameOf "a/"
baseNameOf "a"
baseNameOf ./dir/a.pub
dirOf "/a/b"
dirOf "a"
dirOf "/a"
baseNameOf (dirOf ./dir/a.pub)
toString ./dir == toString ./. + "/dir"
builtins.typeOf ./dir
builtins.isPath (./dir + "/x")
./dir/a.pub == ./dir/../dir/a.pub
builtins.getEnv "AGEPATCH_NOT_SET"
"a\nb\tc\rd\"e\\f\${g}$h$$i\qj"
"$${"a"}"
"$$${"a"}"
"''"
''a ''${b} '''c ''\n $d $${"e"} \n''
''$${"a"}''
''$$${"a"}''
''''
'' ''
''  a  ''
'''''
''\''
''''\a''
''''$''
''a''\tb''
"a" + ''b'' + "${''c''}"
''x${"y"}z''
[ ''a'' "b" ]
https://example.com/x
[ a:b ]
"https://example.com"
.5
01
9223372036854775807
1 # comment
/* a */ 1 /* b */
[ 1 /* x */ 2 # y
[ -1 ]
[ (-1) ]
[ 1 -1 ]
let a = 2; in [ a -1 ]
let a = 2; in a -1
let a-1 = 5; in a-1
let a' = 5; in a'
let or = 1; in 1
{ or = 1; }.or
{ if = 1; }
{ "if" = 1; }."if"
{ a = 1; }.${"a"}
{ a = 1; }."a"
{ "a b" = 1; }."a b"
{ "${"a"}b" = 1; }
{ "" = 1; }
{ "a.b" = 1; a.b = 2; }
{ a."b.c" = 1; }
{ a = 1;; }
{ a = 1 }
{ a }: a
x: x
{ a = x: x; }
(x: x)
let in 1
let a = 1; in
with { }; 1
with 1; 2
with 1; a
with { a = 1; }; { inherit a; }
with { a = 1; }; rec { a = 2; b = a; }
with { a = 1; }; let b = a; in b
let x = 1; in with { x = 2; }; with { x = 3; }; x
(with { x = 2; }; x) + 1
if true then if false then 1 else 2 else 3
if (if true then false else true) then 1 else 2
assert true; assert true; 1
a: a
(a: b: c: [ a b c ]) 1 2 3
let f = { x ? 1 }: x; in [ (f { }) (f { x = 2; }) ]
let f = { x ? 1 }@a: a; in f { }
builtins.seq 1 2
builtins.seq (throw "x") 2
builtins.seq { a = throw "x"; } 2
builtins.deepSeq { a = throw "x"; } 2
builtins.trace "x" 1
builtins.addErrorContext "x" 1
builtins.isNull null
isNull 1
builtins.isList [ ] && builtins.isInt 1 && builtins.isFloat 1.0 && builtins.isBool true && builtins.isAttrs { } && builtins.isString ""
builtins.lessThan 1 2
builtins.sub 5 3 * builtins.mul 2 3 + builtins.div 7 2
builtins ? map
builtins.true
builtins.head
head [ 1 ]
(builtins.head [ (x: x) ]) 1
[ derivation ] == [ ]
let s = "a"; in { "${s}.age".publicKeys = [ s ]; ${s + ".b"}.publicKeys = [ ]; }
let hosts = { a = "k1"; b = "k2"; }; in builtins.listToAttrs (map (h: { name = "${h}.age"; value.publicKeys = [ hosts.${h} ]; }) (builtins.attrNames hosts))
let users = { ada = "k1"; }; all = builtins.attrValues users; in builtins.foldl' (acc: f: acc // { ${f}.publicKeys = all; }) { } [ "a.age" "b.age" ]
let groups = { admin = [ "a" ]; host = [ "b" "c" ]; }; in builtins.concatLists (builtins.attrValues groups)
let mk = { users ? [ ], hosts ? [ ] }: { publicKeys = users ++ hosts; }; in { "a.age" = mk { users = [ "a" ]; }; "b.age" = mk { hosts = [ "h" ]; }; }
let l = [ "a" "b" ]; in { k = builtins.elemAt l 0; n = toString (builtins.length l); }
let optional = c: x: if c then [ x ] else [ ]; in optional true 1 ++ optional false 2
let flip = f: a: b: f b a; in flip (a: b: [ a b ]) 1 2
let compose = f: g: x: f (g x); in compose (x: x + 1) (x: x * 2) 5
let reverse = l: let n = builtins.length l; in builtins.genList (i: builtins.elemAt l (n - i - 1)) n; in reverse [ 1 2 3 ]
let nth = builtins.elemAt; in nth [ 1 2 ] 1
let a = b; b = c; c = 1; in a
let s = rec { x = y; y = 1; }; in s // { y = 2; }
let s = self: { x = self.y; y = 1; }; fix = f: let x = f x; in x; in fix (self: s self // { y = 2; })
let n = "x"; in { a = { ${n} = 1; }; a = { y = 2; }; }
builtins.match "(a*)*" "b"
builtins.match "(a*)+" "aa"
builtins.match "(a*)*" "aa"
builtins.match "(a|b*)*c" "abbac"
builtins.match "(a{0,2}){1,3}" "aaaa"
builtins.match "((a)|(b))*" "ab"
builtins.match "(a|ab|abc)(c|d)?(d*)" "abcd"
builtins.split "(a|ab|abc)(c|d)?" "abcdx"
builtins.split "x|xy|xyz" "axyzb"
builtins.split "(x|xy)?z?" "xyz"
builtins.match "^*a" "a"
builtins.match "a$b" "ab"
builtins.split "b$" "abab"
builtins.match "(a?){3}" "aa"
builtins.match "(a*){2,}" "aa"
builtins.match "(a|b){2,}" "abab"
{ a = 1; b = { c = 2; }; } ? b.c.d
builtins.concatStringsSep "" (map (c: "${c}!") (builtins.filter builtins.isString (builtins.split "" "ab")))
let hosts = builtins.attrNames (builtins.readDir ./dir); in builtins.listToAttrs (map (f: { name = builtins.replaceStrings [ ".pub" ] [ ".age" ] f; value = { publicKeys = [ (builtins.readFile (./dir + ("/" + f))) ]; }; }) (builtins.filter (f: f != "default.nix") hosts))
let hasSuffix = s: t: let l = builtins.stringLength s; n = builtins.stringLength t; in n >= l && builtins.substring (n - l) l t == s; in builtins.filter (hasSuffix ".age") [ "a.age" "b" ".age" ]
let removeSuffix = s: t: builtins.substring 0 (builtins.stringLength t - builtins.stringLength s) t; in removeSuffix ".age" "foo.age"
let flatten = x: if builtins.isList x then builtins.concatMap flatten x else [ x ]; in flatten [ 1 [ 2 [ 3 ] ] ]
let trim = s: builtins.head (builtins.match "[[:space:]]*(.*[^[:space:]])[[:space:]]*" s); in trim (builtins.readFile ./keys.pub)
let recursiveUpdate = a: b: a // builtins.mapAttrs (n: v: if builtins.isAttrs v && a ? ${n} && builtins.isAttrs a.${n} then recursiveUpdate a.${n} v else v) b; in recursiveUpdate { a = { b = 1; c = 2; }; } { a = { c = 3; }; d = 4; }
